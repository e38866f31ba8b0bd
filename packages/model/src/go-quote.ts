/** ASCII without quote, backslash and control characters: what needs no escape. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/**
 * Quotes as Go's strconv.Quote does, which is how Prometheus prints label values. What is printable follows the Unicode
 * version of the JavaScript engine, so characters younger than Go's tables stay as they are.
 */
export function quoteGo(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let quoted = '"';
  for (const character of text) quoted += SHORT_ESCAPES[character] ?? escapeCharacter(character);
  return `${quoted}"`;
}

/** A lone surrogate from here on stands for a byte that is not UTF-8. */
const STRAY_BYTES = 0xdc00;

function escapeCharacter(character: string): string {
  if (PRINTABLE.test(character)) return character;
  const code = character.codePointAt(0)!;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  if (code >= STRAY_BYTES && code <= STRAY_BYTES + 0xff) return `\\x${hex(code - STRAY_BYTES, 2)}`;
  if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
