import type { Labels } from '../labels/labels.ts';
import type { SymbolTable } from '../labels/symbol-table.ts';
import { formatOpenMetricsFloat } from '../numbers/format-float.ts';
import { tryParseFloat } from '../numbers/parse-float.ts';
import { ByteCursor } from './byte-cursor.ts';
import { decodeEscaped, LabelSpans } from './label-spans.ts';
import { tryParseNumber } from './number.ts';
import type { Exemplar, ExpositionEntry, ExpositionParser, MetricType } from './parser.ts';
import { decodeUtf8 } from './utf8.ts';

/** What the parsers of both text formats have in common: the accessors, and the reading of numbers and names. */
export abstract class TextParser implements ExpositionParser {
  seriesStart = 0;
  seriesEnd = 0;
  value = 0;
  timestampMs: number | undefined;
  metricType: MetricType = 'unknown';
  entry: ExpositionEntry | undefined;

  protected readonly cursor: ByteCursor;
  protected readonly spans = new LabelSpans();
  /** Of help, unit and comment. */
  protected textStart = 0;
  protected textEnd = 0;
  private familyStart = 0;
  private familyEnd = 0;
  private failure: Error | undefined;

  constructor(input: Uint8Array) {
    this.cursor = new ByteCursor(input);
  }

  /** Reads one entry from the cursor on. */
  protected abstract read(): ExpositionEntry;
  abstract exemplar(): Exemplar | undefined;
  abstract help(): string;

  next(): ExpositionEntry {
    if (this.failure) throw this.failure;
    try {
      this.entry = this.read();
      return this.entry;
    } catch (error) {
      this.entry = undefined;
      this.failure = error as Error;
      throw error;
    }
  }

  get position(): number {
    return this.cursor.position;
  }

  moveTo(position: number, metricType: MetricType): void {
    this.cursor.position = position;
    this.metricType = metricType;
    this.entry = undefined;
  }

  seriesBytes(): Uint8Array {
    this.expectEntry('series');
    return this.cursor.bytes.subarray(this.seriesStart, this.seriesEnd);
  }

  labels(symbols?: SymbolTable): Labels {
    this.expectEntry('series');
    const rewriteValue = (name: string, value: string) => normalizeBoundary(this.metricType, name, value);
    return this.spans.decode(this.cursor, { errorAt: this.seriesStart, rewriteValue, symbols });
  }

  familyName(): string {
    this.expectEntry('help', 'type', 'unit');
    return this.decodeFamilyName();
  }

  unit(): string {
    this.expectEntry('unit');
    return decodeUtf8(this.cursor.bytes, this.textStart, this.textEnd);
  }

  comment(): string {
    this.expectEntry('comment');
    return decodeUtf8(this.cursor.bytes, this.textStart, this.textEnd);
  }

  protected expectEntry(...kinds: readonly ExpositionEntry[]): void {
    if (this.entry !== undefined && kinds.includes(this.entry)) return;
    throw new Error(`BUG: asked for what only ${kinds.join(', ')} has, on ${this.entry ?? 'no entry'}`);
  }

  /** The name after HELP, TYPE or UNIT: plain or quoted. */
  protected readFamilyName(keyword: string): void {
    const { cursor } = this;
    const start = cursor.position;
    if (cursor.takeMetricName()) {
      this.setFamilyName(start, cursor.position);
    } else if (cursor.takeQuoted({ newlines: true, nuls: false })) {
      if (cursor.sawNonAscii) cursor.requireUtf8('metric name', start, cursor.position);
      this.setFamilyName(start + 1, cursor.position - 1);
    } else {
      throw cursor.unexpected(`metric name after ${keyword}`);
    }
  }

  protected decodeFamilyName(): string {
    return decodeEscaped(this.cursor.bytes, this.familyStart, this.familyEnd);
  }

  private setFamilyName(start: number, end: number): void {
    this.familyStart = start;
    this.familyEnd = end;
  }

  protected readMetricType(types: ReadonlyMap<string, MetricType>): void {
    const type = types.get(decodeUtf8(this.cursor.bytes, this.textStart, this.textEnd));
    if (type === undefined) {
      const shown = this.cursor.quote(this.textStart, this.textEnd);
      throw this.cursor.error('bad_metric_type', `invalid metric type ${shown}`, { at: this.textStart });
    }
    this.metricType = type;
  }

  /** The number from `start` to the cursor. */
  protected readNumber(code: 'bad_value' | 'bad_timestamp', start: number): number {
    const { cursor } = this;
    const number = tryParseNumber(cursor.bytes, start, cursor.position);
    if (number !== undefined) return number;
    throw cursor.error(code, `cannot read ${cursor.quote(start, cursor.position)} as a number`, { at: start });
  }
}

/** Prometheus 3 stores the boundaries of histograms and summaries in OpenMetrics' form. */
function normalizeBoundary(type: MetricType, name: string, value: string): string {
  const isBoundary = (type === 'histogram' && name === 'le') || (type === 'summary' && name === 'quantile');
  if (!isBoundary) return value;
  const boundary = tryParseFloat(value);
  return boundary === undefined ? value : formatOpenMetricsFloat(boundary);
}
