import { LabelError } from '../errors.ts';
import { type Labels, labelsFromPairs, METRIC_NAME } from '../labels/labels.ts';
import type { SymbolTable } from '../labels/symbol-table.ts';
import type { ByteCursor } from './byte-cursor.ts';
import { decodeUtf8 } from './utf8.ts';

/** Offsets per label: name start and end, value start and end. */
const STRIDE = 4;

export interface DecodeOptions {
  /** Where in the input an error is reported. */
  readonly errorAt: number;
  /** Has the last word on a value before it is kept. */
  readonly rewriteValue?: (name: string, value: string) => string;
  readonly symbols: SymbolTable | undefined;
}

/** Where in the input a series' name and labels are. Quotes are outside the spans, escapes are inside. */
export class LabelSpans {
  /** -1 until the name is found. */
  nameStart = -1;
  nameEnd = -1;
  private count = 0;
  private offsets = new Int32Array(16 * STRIDE);

  reset(): void {
    this.nameStart = -1;
    this.nameEnd = -1;
    this.count = 0;
  }

  setMetricName(start: number, end: number): void {
    this.nameStart = start;
    this.nameEnd = end;
  }

  addLabel(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    const at = this.count * STRIDE;
    if (at === this.offsets.length) this.grow();
    this.offsets[at] = nameStart;
    this.offsets[at + 1] = nameEnd;
    this.offsets[at + 2] = valueStart;
    this.offsets[at + 3] = valueEnd;
    this.count++;
  }

  /** Throws an ExpositionError for two labels of one name. */
  decode(cursor: ByteCursor, { errorAt, rewriteValue, symbols }: DecodeOptions): Labels {
    const { bytes } = cursor;
    const keep = (text: string) => (symbols ? symbols.intern(text) : text);
    const pairs: string[] = [];
    if (this.nameStart >= 0) {
      pairs.push(METRIC_NAME, keep(decodeEscaped(bytes, this.nameStart, this.nameEnd)));
    }
    for (let at = 0; at < this.count * STRIDE; at += STRIDE) {
      const name = decodeEscaped(bytes, this.offsets[at], this.offsets[at + 1]);
      const value = decodeEscaped(bytes, this.offsets[at + 2], this.offsets[at + 3]);
      pairs.push(keep(name), keep(rewriteValue ? rewriteValue(name, value) : value));
    }
    try {
      return labelsFromPairs(pairs);
    } catch (cause) {
      if (!(cause instanceof LabelError)) throw cause;
      throw cursor.error(cause.code, cause.reason, { at: errorAt, cause });
    }
  }

  private grow(): void {
    const grown = new Int32Array(this.offsets.length * 2);
    grown.set(this.offsets);
    this.offsets = grown;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '\\"': '"', '\\\\': '\\', '\\n': '\n' };

/** Names and values know three escapes; any other backslash stands for itself. */
export function decodeEscaped(bytes: Uint8Array, start: number, end: number): string {
  const text = decodeUtf8(bytes, start, end);
  return text.includes('\\') ? text.replace(/\\["\\n]/g, (sequence) => ESCAPES[sequence]) : text;
}

/** 0.0.4's help text knows two. */
export function decodeHelp(bytes: Uint8Array, start: number, end: number): string {
  const text = decodeUtf8(bytes, start, end);
  return text.includes('\\') ? text.replace(/\\[\\n]/g, (sequence) => ESCAPES[sequence]) : text;
}
