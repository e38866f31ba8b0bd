import { HASH, LF, NINE, NUL, OPEN_BRACE, SPACE, TAB, ZERO } from './bytes.ts';
import { type LabelBlockRules, readLabelBlock } from './label-block.ts';
import { decodeHelp } from './label-spans.ts';
import type { ExpositionEntry, MetricType } from './parser.ts';
import { TextParser } from './text-parser.ts';
import { decodeUtf8 } from './utf8.ts';

const TYPES: ReadonlyMap<string, MetricType> = new Map([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['summary', 'summary'],
  ['untyped', 'unknown'],
]);

const LABELS: LabelBlockRules = {
  loose: true,
  metricName: true,
  quotedNames: { newlines: true, nuls: false },
  values: { newlines: true, nuls: true },
};

/** So many digits are exact in a number. */
const MAX_EXACT_DIGITS = 15;
const MAX_INT64 = 2n ** 63n - 1n;

/** The Prometheus text format 0.0.4. What it accepts and how it reads it follows Prometheus 3; see docs/model.md. */
export class PrometheusTextParser extends TextParser {
  help(): string {
    this.expectEntry('help');
    return decodeHelp(this.cursor.bytes, this.textStart, this.textEnd);
  }

  /** The format has none. */
  exemplar(): undefined {
    this.expectEntry('series');
  }

  protected override read(): ExpositionEntry {
    const { cursor } = this;
    do cursor.skipBlanks();
    while (cursor.take(LF));
    if (cursor.position === cursor.end) return 'eof';
    return cursor.peek() === HASH ? this.readHashLine() : this.readSeries();
  }

  private readHashLine(): ExpositionEntry {
    const { cursor } = this;
    const start = cursor.position;
    cursor.take(HASH);
    if (isBlank(cursor.peek())) {
      cursor.skipBlanks();
      if (this.takeKeyword('HELP')) return this.readHelp();
      if (this.takeKeyword('TYPE')) return this.readType();
    }
    this.textStart = start;
    this.textEnd = cursor.lineEnd();
    cursor.position = this.textEnd;
    return 'comment';
  }

  /** A keyword without a blank after it belongs to a comment. */
  private takeKeyword(keyword: string): boolean {
    return this.cursor.takeWord(keyword) && isBlank(this.cursor.peek());
  }

  private readHelp(): ExpositionEntry {
    this.readMetadata('HELP');
    this.cursor.requireUtf8('help text', this.textStart, this.textEnd);
    return 'help';
  }

  private readType(): ExpositionEntry {
    this.readMetadata('TYPE');
    this.readMetricType(TYPES);
    return 'type';
  }

  /** One byte after the name separates it from the text, whatever it is; nothing but blanks is no text. */
  private readMetadata(keyword: string): void {
    const { cursor } = this;
    cursor.skipBlanks();
    this.readFamilyName(keyword);
    const nameEnd = cursor.position;
    const lineEnd = cursor.lineEnd();
    cursor.skipBlanks();
    this.textStart = cursor.position >= lineEnd ? lineEnd : nameEnd + 1;
    this.textEnd = lineEnd;
    cursor.position = lineEnd;
  }

  private readSeries(): ExpositionEntry {
    const { cursor, spans } = this;
    spans.reset();
    this.seriesStart = cursor.position;
    if (cursor.takeMetricName()) spans.setMetricName(this.seriesStart, cursor.position);
    else if (cursor.peek() !== OPEN_BRACE) throw cursor.unexpected('a metric name, "{" or "#"');

    this.seriesEnd = cursor.position;
    cursor.skipBlanks();
    if (cursor.take(OPEN_BRACE)) {
      readLabelBlock(cursor, spans, LABELS);
      this.seriesEnd = cursor.position;
      cursor.skipBlanks();
    }
    if (spans.nameStart < 0) throw cursor.error('missing_metric_name', 'metric name not set', { at: this.seriesStart });

    this.readValue();
    this.readTimestamp();
    return 'series';
  }

  private readValue(): void {
    const { cursor } = this;
    const { bytes, end, position: start } = cursor;
    let i = start;
    while (i < end && !isBlank(bytes[i]) && bytes[i] !== LF && bytes[i] !== OPEN_BRACE && bytes[i] !== NUL) i++;
    if (i === start) throw cursor.unexpected('value after metric');
    cursor.position = i;
    this.value = this.readNumber('bad_value', start);
  }

  private readTimestamp(): void {
    const { cursor } = this;
    this.timestampMs = undefined;
    cursor.skipBlanks();
    if (this.atLineEnd()) return;

    const start = cursor.position;
    while (cursor.peek() >= ZERO && cursor.peek() <= NINE) cursor.position++;
    if (cursor.position === start) throw cursor.unexpected('timestamp or the end of the line');
    this.timestampMs = this.integerFrom(start);
    cursor.skipBlanks();
    if (!this.atLineEnd()) throw cursor.unexpected('the end of the line after the timestamp');
  }

  private integerFrom(start: number): number {
    const { bytes, position } = this.cursor;
    if (position - start > MAX_EXACT_DIGITS) return this.largeIntegerFrom(start);
    let integer = 0;
    for (let i = start; i < position; i++) integer = integer * 10 + (bytes[i] - ZERO);
    return integer;
  }

  private largeIntegerFrom(start: number): number {
    const { cursor } = this;
    const digits = decodeUtf8(cursor.bytes, start, cursor.position).replace(/^0+(?=\d)/, '');
    // Longer ones are out of range, and turning thousands of digits into a BigInt takes more than linear time.
    const integer = digits.length > 19 ? undefined : BigInt(digits);
    if (integer !== undefined && integer <= MAX_INT64) return Number(integer);
    const shown = cursor.quote(start, cursor.position);
    throw cursor.error('bad_timestamp', `timestamp ${shown} is out of range`, { at: start });
  }

  private atLineEnd(): boolean {
    const byte = this.cursor.peek();
    return byte === LF || byte === -1;
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}
