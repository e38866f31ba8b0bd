/** Behind the closing quote of the string that starts here, or `undefined` where it does not end. */
export function endOfString(text: string, start: number): number | undefined {
  const quote = text[start];
  if (quote === '`') {
    const end = text.indexOf(quote, start + 1);
    return end < 0 ? undefined : end + 1;
  }
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === quote) return i + 1;
    if (text[i] === '\n') return undefined;
    if (text[i] === '\\') i++;
  }
  return undefined;
}

/** What is wrong with a string, and where in its text. */
export interface StringProblem {
  readonly reason: string;
  readonly offset: number;
}

/** Text without escapes, or one escape, as far as it is one. */
const PIECES = /[^\\]+|\\(?:x[\da-fA-F]{0,2}|[0-7]{1,3}|u[\da-fA-F]{0,4}|U[\da-fA-F]{0,8}|[\s\S])/gu;
const LONE_SURROGATE = /\p{Cs}/u;

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
]);

/**
 * What a quoted string says. Single and double quotes know the escapes of Go's strings; `\x` and octal ones stand for
 * bytes. Bytes that make no UTF-8 together become lone surrogates, which no label has: such a string is refused where it would
 * be a name, and matches nothing.
 */
export function decodeString(quoted: string): string | StringProblem {
  const inner = quoted.slice(1, -1);
  const surrogate = LONE_SURROGATE.exec(inner);
  if (surrogate) return { reason: 'invalid UTF-8 rune', offset: surrogate.index + 1 };
  if (quoted[0] === '`' || !inner.includes('\\')) return inner;
  let decoded = '';
  let bytes: number[] = [];
  for (const { 0: piece, index } of inner.matchAll(PIECES)) {
    const offset = index + 1;
    const part = piece[0] === '\\' ? decodeEscape(piece, quoted.slice(offset + piece.length)) : piece;
    if (typeof part === 'number') {
      bytes.push(part);
      continue;
    }
    if (typeof part === 'object') return { reason: part.reason, offset };
    decoded += decodeBytes(bytes) + part;
    if (bytes.length > 0) bytes = [];
  }
  return decoded + decodeBytes(bytes);
}

/** A byte that is not part of a character becomes the lone surrogate with this added: no text from elsewhere has one. */
const STRAY_BYTE = 0xdc00;

function decodeBytes(bytes: readonly number[]): string {
  let decoded = '';
  for (let i = 0; i < bytes.length; ) {
    const length = lengthOfCharacter(bytes[i]);
    const character = tryDecodeCharacter(bytes.slice(i, i + length));
    decoded += character ?? String.fromCharCode(STRAY_BYTE + bytes[i]);
    i += character === undefined ? 1 : length;
  }
  return decoded;
}

/** What UTF-8's first byte promises. */
function lengthOfCharacter(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

/** Not fatal: to throw for each of many bad bytes takes seconds. */
const utf8Decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const REPLACEMENT = '\ufffd';
const REPLACEMENT_BYTES = '239,191,189';

function tryDecodeCharacter(bytes: readonly number[]): string | undefined {
  if (bytes[0] < 0x80) return String.fromCharCode(bytes[0]);
  const text = utf8Decoder.decode(Uint8Array.from(bytes));
  return text.includes(REPLACEMENT) && String(bytes) !== REPLACEMENT_BYTES ? undefined : text;
}

const HEX_DIGITS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** The character of an escape, or its byte. `rest` starts behind it, and ends with the quote. */
function decodeEscape(piece: string, rest: string): string | number | { readonly reason: string } {
  const kind = piece[1];
  const short = kind === rest.at(-1) ? kind : SHORT_ESCAPES.get(kind);
  if (short !== undefined) return short;
  const isOctal = kind >= '0' && kind <= '7';
  const digits = isOctal ? piece.slice(1) : piece.slice(2);
  const expected = isOctal ? 3 : HEX_DIGITS.get(kind);
  if (expected === undefined) return { reason: `unknown escape sequence ${describeCharacter(piece.slice(1))}` };
  if (digits.length < expected) return { reason: `illegal character ${describeCharacter(rest)} in escape sequence` };
  const code = Number.parseInt(digits, isOctal ? 8 : 16);
  if ((isOctal && code <= 0xff) || kind === 'x') return code;
  const isCharacter = !isOctal && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : { reason: 'escape sequence is an invalid Unicode code point' };
}

/** The first character of a text, as Go's `%#U` prints it. */
function describeCharacter(text: string): string {
  const code = text.codePointAt(0)!;
  const number = code.toString(16).toUpperCase().padStart(4, '0');
  return /^\p{C}/u.test(text) ? `U+${number}` : `U+${number} '${String.fromCodePoint(code)}'`;
}
