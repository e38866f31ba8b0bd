import { ExpositionError, type ModelErrorCode } from '../errors.ts';
import { quoteGo } from '../go-quote.ts';
import {
  BACKSLASH,
  BYTE_CLASS,
  LABEL_NAME_PART,
  LABEL_NAME_START,
  LF,
  METRIC_NAME_PART,
  METRIC_NAME_START,
  NUL,
  QUOTE,
  SPACE,
  TAB,
} from './bytes.ts';
import { decodeUtf8, isValidUtf8 } from './utf8.ts';

/** What a quoted string may hold besides printable text and escapes. */
export interface QuotedRules {
  readonly newlines: boolean;
  readonly nuls: boolean;
}

interface ErrorOptions {
  /** The offset of what is wrong: where the cursor is, if not given. */
  readonly at?: number;
  readonly cause?: unknown;
}

/** How much of the input an error quotes. */
const MAX_QUOTED_BYTES = 40;

/** A place in the input, with the steps that both formats take from there. A step that fails leaves the place alone. */
export class ByteCursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  position = 0;
  /** Whether the last quoted string had a byte outside ASCII. */
  sawNonAscii = false;

  constructor(input: Uint8Array) {
    // A plain view, because a Buffer has another hidden class, and hot loops should see one class only.
    this.bytes = new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
    this.end = input.byteLength;
  }

  /** The byte here, or -1 at the end. */
  peek(): number {
    return this.position < this.end ? this.bytes[this.position] : -1;
  }

  take(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.position++;
    return true;
  }

  /** Past a word in ASCII. */
  takeWord(word: string): boolean {
    if (this.end - this.position < word.length) return false;
    for (let i = 0; i < word.length; i++) {
      if (this.bytes[this.position + i] !== word.charCodeAt(i)) return false;
    }
    this.position += word.length;
    return true;
  }

  skipBlanks(): void {
    const { bytes, end } = this;
    let i = this.position;
    while (i < end && (bytes[i] === SPACE || bytes[i] === TAB)) i++;
    this.position = i;
  }

  takeMetricName(): boolean {
    return this.takeName(METRIC_NAME_START, METRIC_NAME_PART);
  }

  takeLabelName(): boolean {
    return this.takeName(LABEL_NAME_START, LABEL_NAME_PART);
  }

  private takeName(startBit: number, partBit: number): boolean {
    const { bytes, end } = this;
    let i = this.position;
    if (i >= end || (BYTE_CLASS[bytes[i]] & startBit) === 0) return false;
    do i++;
    while (i < end && (BYTE_CLASS[bytes[i]] & partBit) !== 0);
    this.position = i;
    return true;
  }

  /** Past a string in double quotes, where a backslash takes away the meaning of any byte but a newline. */
  takeQuoted({ newlines, nuls }: QuotedRules): boolean {
    const { bytes, end } = this;
    if (this.peek() !== QUOTE) return false;
    let seenBits = 0;
    for (let i = this.position + 1; i < end; i++) {
      const byte = bytes[i];
      seenBits |= byte;
      if (byte === QUOTE) {
        this.position = i + 1;
        this.sawNonAscii = seenBits >= 0x80;
        return true;
      }
      if (byte === BACKSLASH) {
        i++;
        if (i < end) seenBits |= bytes[i];
        if (bytes[i] === LF) return false;
      } else if ((byte === LF && !newlines) || (byte === NUL && !nuls)) {
        return false;
      }
    }
    return false;
  }

  /** The end of the line that this place is on: its newline, or the end of the input. */
  lineEnd(): number {
    const newline = this.bytes.indexOf(LF, this.position);
    return newline < 0 ? this.end : newline;
  }

  /** Finding the line takes a pass over the input. */
  error(code: ModelErrorCode, reason: string, { at = this.position, cause }: ErrorOptions = {}): ExpositionError {
    let line = 1;
    let lineStart = 0;
    for (let i = this.bytes.indexOf(LF); i >= 0 && i < at; i = this.bytes.indexOf(LF, i + 1)) {
      line++;
      lineStart = i + 1;
    }
    let column = 1;
    for (let i = lineStart; i < at; i++) if ((this.bytes[i] & 0xc0) !== 0x80) column++;
    return new ExpositionError(code, reason, { line, column, cause });
  }

  unexpected(expected: string): ExpositionError {
    return this.error('unexpected_token', `expected ${expected}, got ${this.describeHere()}`);
  }

  requireUtf8(what: string, start: number, end: number): void {
    if (isValidUtf8(this.bytes, start, end)) return;
    throw this.error('bad_utf8', `invalid UTF-8 in ${what} ${this.quote(start, end)}`, { at: start });
  }

  /** A part of the input, quoted for an error. */
  quote(start: number, end: number): string {
    const cut = Math.min(end, start + MAX_QUOTED_BYTES);
    return quoteGo(decodeUtf8(this.bytes, start, cut)) + (cut < end ? '…' : '');
  }

  private describeHere(): string {
    const { bytes, position } = this;
    if (position >= this.end) return 'the end of the input';
    if (bytes[position] === LF) return 'the end of the line';
    let end = position + 1;
    while (end < this.end && end < position + 4 && (bytes[end] & 0xc0) === 0x80) end++;
    return this.quote(position, end);
  }
}
