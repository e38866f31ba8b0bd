import { HASH, LF, OPEN_BRACE, SPACE } from './bytes.ts';
import { type LabelBlockRules, readLabelBlock } from './label-block.ts';
import { decodeEscaped, LabelSpans } from './label-spans.ts';
import type { Exemplar, ExpositionEntry, MetricType } from './parser.ts';
import { TextParser } from './text-parser.ts';
import { decodeUtf8 } from './utf8.ts';

const TYPES: ReadonlyMap<string, MetricType> = new Map([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['gaugehistogram', 'gaugehistogram'],
  ['summary', 'summary'],
  ['info', 'info'],
  ['stateset', 'stateset'],
  ['unknown', 'unknown'],
]);

const LABELS: LabelBlockRules = {
  loose: false,
  metricName: true,
  quotedNames: { newlines: true, nuls: false },
  values: { newlines: false, nuls: true },
};

const EXEMPLAR_LABELS: LabelBlockRules = {
  loose: false,
  metricName: false,
  quotedNames: { newlines: false, nuls: false },
  values: { newlines: false, nuls: false },
};

const EXEMPLAR_START = ' # {';
const MAX_TIMESTAMP_MS = 2 ** 63;

/** OpenMetrics 1.0. What it accepts and how it reads it follows Prometheus 3; see docs/model.md. */
export class OpenMetricsParser extends TextParser {
  private isFinished = false;

  private readonly exemplarSpans = new LabelSpans();
  /** Offset of the exemplar's labels, or -1 where the series has no exemplar. */
  private exemplarStart = -1;
  private exemplarValue = 0;
  private exemplarTimestampMs: number | undefined;

  help(): string {
    this.expectEntry('help');
    return decodeEscaped(this.cursor.bytes, this.textStart, this.textEnd);
  }

  exemplar(): Exemplar | undefined {
    this.expectEntry('series');
    if (this.exemplarStart < 0) return undefined;
    const labels = this.exemplarSpans.decode(this.cursor, { errorAt: this.exemplarStart, symbols: undefined });
    return { labels, value: this.exemplarValue, timestampMs: this.exemplarTimestampMs };
  }

  protected override read(): ExpositionEntry {
    if (this.isFinished) return 'eof';
    if (this.cursor.position === this.cursor.end) throw this.missingEof();
    return this.cursor.peek() === HASH ? this.readHashLine() : this.readSeries();
  }

  private readHashLine(): ExpositionEntry {
    const { cursor } = this;
    if (cursor.takeWord('# HELP ')) return this.readHelp();
    if (cursor.takeWord('# TYPE ')) return this.readType();
    if (cursor.takeWord('# UNIT ')) return this.readUnit();
    if (cursor.takeWord('# EOF')) return this.readEof();
    throw cursor.unexpected('"# HELP ", "# TYPE ", "# UNIT " or "# EOF"');
  }

  private readEof(): ExpositionEntry {
    const { cursor } = this;
    cursor.take(LF);
    if (cursor.position < cursor.end) throw cursor.error('data_after_eof', 'unexpected data after # EOF');
    this.isFinished = true;
    return 'eof';
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

  private readUnit(): ExpositionEntry {
    this.readMetadata('UNIT');
    const { cursor, textStart, textEnd } = this;
    const unit = decodeUtf8(cursor.bytes, textStart, textEnd);
    if (unit !== '' && !this.decodeFamilyName().endsWith(`_${unit}`)) {
      const shown = cursor.quote(textStart, textEnd);
      throw cursor.error('bad_unit', `unit ${shown} is not a suffix of the metric's name`, { at: textStart });
    }
    return 'unit';
  }

  private readMetadata(keyword: string): void {
    const { cursor } = this;
    this.readFamilyName(keyword);
    if (!cursor.take(SPACE)) throw cursor.unexpected(`text after the metric name in ${keyword}`);
    this.textStart = cursor.position;
    this.textEnd = cursor.lineEnd();
    cursor.position = this.textEnd;
    if (!cursor.take(LF)) throw this.missingEof();
  }

  private readSeries(): ExpositionEntry {
    const { cursor, spans } = this;
    spans.reset();
    this.seriesStart = cursor.position;
    if (cursor.takeMetricName()) spans.setMetricName(this.seriesStart, cursor.position);
    else if (cursor.peek() !== OPEN_BRACE) throw cursor.unexpected('a metric name, "{" or "#"');

    if (cursor.take(OPEN_BRACE)) readLabelBlock(cursor, spans, LABELS);
    this.seriesEnd = cursor.position;
    if (spans.nameStart < 0) throw cursor.error('missing_metric_name', 'metric name not set', { at: this.seriesStart });

    this.value = this.readNumber('bad_value', this.readField('value after metric'));
    this.readRestOfSeries();
    return 'series';
  }

  /** An optional timestamp and an optional exemplar. */
  private readRestOfSeries(): void {
    const { cursor } = this;
    this.timestampMs = undefined;
    this.exemplarStart = -1;
    if (cursor.take(LF)) return;
    if (!cursor.takeWord(EXEMPLAR_START)) {
      this.timestampMs = this.readTimestampMs();
      if (!cursor.takeWord(EXEMPLAR_START)) {
        this.readLineEnd('timestamp');
        return;
      }
    }
    this.readExemplar();
    this.readLineEnd('exemplar');
  }

  /** After the opening brace, up to the end of the line. */
  private readExemplar(): void {
    const { cursor, exemplarSpans } = this;
    this.exemplarStart = cursor.position;
    exemplarSpans.reset();
    readLabelBlock(cursor, exemplarSpans, EXEMPLAR_LABELS);
    this.exemplarValue = this.readNumber('bad_value', this.readField('value after exemplar labels'));
    this.exemplarTimestampMs = cursor.peek() === SPACE ? this.readTimestampMs() : undefined;
  }

  /** Past one space and what follows it up to the next one. Returns where the field starts. */
  private readField(expected: string): number {
    const { cursor } = this;
    if (cursor.position === cursor.end) throw this.missingEof();
    if (!cursor.take(SPACE)) throw cursor.unexpected(expected);
    const { bytes, end, position: start } = cursor;
    let i = start;
    while (i < end && bytes[i] !== SPACE && bytes[i] !== LF) i++;
    if (i === start) throw cursor.unexpected(expected);
    cursor.position = i;
    return start;
  }

  /** OpenMetrics gives seconds as a float. Go cuts off the fraction of a millisecond, and so does this. */
  private readTimestampMs(): number {
    const { cursor } = this;
    const start = this.readField('timestamp, exemplar or the end of the line');
    const timestampMs = Math.trunc(this.readNumber('bad_timestamp', start) * 1000);
    if (Math.abs(timestampMs) < MAX_TIMESTAMP_MS) return timestampMs + 0; // -0 becomes 0.
    const shown = cursor.quote(start, cursor.position);
    throw cursor.error('bad_timestamp', `timestamp ${shown} is out of range`, { at: start });
  }

  private readLineEnd(after: string): void {
    const { cursor } = this;
    if (cursor.take(LF)) return;
    throw cursor.position === cursor.end
      ? this.missingEof()
      : cursor.unexpected(`the end of the line after the ${after}`);
  }

  private missingEof(): Error {
    const { cursor } = this;
    return cursor.error('missing_eof', 'data does not end with # EOF', { at: cursor.end });
  }
}
