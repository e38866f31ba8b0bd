import { createMatcher, type Matcher, MatcherError, type MatchType, METRIC_NAME } from '@hearth/model';

/** A series selector that cannot be read. `column` counts characters from 1. */
export class SelectorError extends Error {
  readonly code = 'bad_selector';
  readonly column: number;

  constructor(reason: string, column: number, options?: ErrorOptions) {
    super(`column ${column}: ${reason}`, options);
    this.name = 'SelectorError';
    this.column = column;
  }
}

/** Reads a series selector of PromQL, such as `up`, `up{job="api"}` or `{__name__=~"up|x", "a.b"!="c"}`. */
export function parseSelector(text: string): Matcher[] {
  return new SelectorParser(text).parse();
}

const BLANKS = /[ \t\r\n]*/y;
const METRIC_IDENTIFIER = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_IDENTIFIER = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const OPERATOR = /=~|!~|!=|=/y;
const QUOTES = ['"', "'", '`'];

class SelectorParser {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Matcher[] {
    const matchers: Matcher[] = [];
    const name = this.#tryTake(METRIC_IDENTIFIER);
    if (name !== undefined) matchers.push(createMatcher('=', METRIC_NAME, name));
    if (this.#tryTakeMark('{')) this.#readBraces(matchers);
    else if (name === undefined) throw this.#expected('a metric name or "{"');
    if (this.#peek() !== '') throw this.#expected('the end of the selector');
    return matchers;
  }

  #readBraces(matchers: Matcher[]): void {
    while (!this.#tryTakeMark('}')) {
      this.#readMatcher(matchers);
      if (!this.#tryTakeMark(',') && this.#peek() !== '}') throw this.#expected('"," or "}"');
    }
  }

  #readMatcher(matchers: Matcher[]): void {
    this.#peek();
    const start = this.#position;
    const quoted = this.#tryTakeString();
    const name = quoted ?? this.#tryTake(LABEL_IDENTIFIER);
    if (name === undefined) throw this.#expected('a label name or "}"');
    if (quoted !== undefined && [',', '}'].includes(this.#peek())) {
      if (matchers.some((matcher) => matcher.name === METRIC_NAME && matcher.type === '=')) {
        throw this.#error('the metric name is already set', start);
      }
      matchers.push(createMatcher('=', METRIC_NAME, name));
      return;
    }
    const operator = this.#tryTake(OPERATOR);
    if (operator === undefined) throw this.#expected('"=", "!=", "=~" or "!~"');
    this.#peek();
    const valueStart = this.#position;
    const value = this.#tryTakeString();
    if (value === undefined) throw this.#expected('a quoted value');
    try {
      matchers.push(createMatcher(operator as MatchType, name, value));
    } catch (cause) {
      if (!(cause instanceof MatcherError)) throw cause;
      throw this.#error(cause.reason, valueStart, cause);
    }
  }

  #tryTakeString(): string | undefined {
    const quote = this.#peek();
    if (!QUOTES.includes(quote)) return undefined;
    const start = this.#position;
    const end = endOfString(this.#text, start);
    if (end === undefined) throw this.#error('the quoted text does not end', start);
    this.#position = end;
    const inner = this.#text.slice(start + 1, end - 1);
    if (quote === '`' || !inner.includes('\\')) return inner;
    return this.#unescape(inner, start + 1);
  }

  #unescape(inner: string, start: number): string {
    const bytes: Buffer[] = [];
    for (const piece of inner.matchAll(/\\(?:x[\da-fA-F]{2}|[0-7]{3}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[\s\S])|[^\\]+/g)) {
      const decoded = decodeEscape(piece[0]);
      if (decoded === undefined) throw this.#error(`unknown escape ${piece[0]}`, start + piece.index);
      bytes.push(decoded);
    }
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(bytes));
    } catch (cause) {
      throw this.#error('the escapes do not make UTF-8', start, cause);
    }
  }

  #tryTake(pattern: RegExp): string | undefined {
    this.#peek();
    pattern.lastIndex = this.#position;
    const [token] = pattern.exec(this.#text) ?? [];
    this.#position += token?.length ?? 0;
    return token;
  }

  #tryTakeMark(mark: string): boolean {
    if (this.#peek() !== mark) return false;
    this.#position++;
    return true;
  }

  /** The next character that is no blank; `''` at the end. */
  #peek(): string {
    BLANKS.lastIndex = this.#position;
    this.#position += BLANKS.exec(this.#text)?.[0].length ?? 0;
    return this.#text.charAt(this.#position);
  }

  #expected(what: string): SelectorError {
    const found = this.#peek();
    return this.#error(`expected ${what}, got ${found === '' ? 'the end' : JSON.stringify(found)}`, this.#position);
  }

  #error(reason: string, at: number, cause?: unknown): SelectorError {
    const column = Array.from(this.#text.slice(0, at)).length + 1;
    return new SelectorError(reason, column, cause === undefined ? undefined : { cause });
  }
}

/** Behind the closing quote. Only backquotes may hold line breaks, and in them a backslash is nothing special. */
function endOfString(text: string, start: number): number | undefined {
  const quote = text[start];
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === quote) return i + 1;
    if (quote === '`') continue;
    if (text[i] === '\n') return undefined;
    if (text[i] === '\\') i++;
  }
  return undefined;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** The bytes of an escape of Go's string literals, or of text without any; `undefined` for an escape that there is not. */
function decodeEscape(piece: string): Buffer | undefined {
  if (piece[0] !== '\\') return Buffer.from(piece);
  const kind = piece[1];
  if (kind === 'x' && piece.length === 4) return Buffer.of(Number.parseInt(piece.slice(2), 16));
  if (piece.length === 4) {
    const byte = Number.parseInt(piece.slice(1), 8);
    return byte > 0xff ? undefined : Buffer.of(byte);
  }
  if ((kind === 'u' || kind === 'U') && piece.length > 2) {
    const code = Number.parseInt(piece.slice(2), 16);
    const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? Buffer.from(String.fromCodePoint(code)) : undefined;
  }
  const short = SHORT_ESCAPES[kind];
  return short === undefined ? undefined : Buffer.from(short);
}
