import {
  createExpositionParser,
  type ExpositionParser,
  type Labels,
  type MetricType,
  type SymbolTable,
  tryParseNumber,
} from '@hearth/model';
import type { Appender, AppendRefusal, Pace, SeriesRef } from '@hearth/tsdb';
import { ScrapeError } from '../scrape-error.ts';
import { checkLabels } from './label-rules.ts';
import { DROPPED, DUPLICATE, Layout, PLAIN, TIMED } from './layout.ts';
import type { MetadataStore } from './metadata-store.ts';
import type { Body, SeriesRules } from './scraped-series.ts';

const LF = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** So many digits are always exact as a number. */
const MAX_EXACT_DIGITS = 15;

/** Lines that are read without a look at the time: a few tenths of a millisecond. */
const KNOWN_LINES_PER_STEP = 2048;
const PARSED_LINES_PER_STEP = 64;

/** Name and labels of a series as an exposition has them. */
const MAX_SERIES_BYTES = 1 << 16;

/** Also of comments and of help. */
const MAX_LINE_BYTES = 1 << 20;
/** So much is shown of what is too long. */
const SHOWN_BYTES = 60;

/** No target has more, whatever is configured. */
const MAX_SAMPLES = 1_000_000;

export interface BodyCounts {
  /** Samples that the body has. */
  scraped: number;
  /** Those that relabelling leaves. */
  kept: number;
  /** Series that the target did not show last time. */
  added: number;
  duplicates: number;
  outOfOrder: number;
  outOfBounds: number;
  badExemplars: number;
}

export function createBodyCounts(): BodyCounts {
  return { scraped: 0, kept: 0, added: 0, duplicates: 0, outOfOrder: 0, outOfBounds: 0, badExemplars: 0 };
}

export interface BodyReaderOptions {
  readonly appender: Appender;
  readonly body: Body;
  readonly rules: SeriesRules;
  readonly symbols: SymbolTable;
  readonly pace: Pace;
  /** What was read last time. It stays as it is, but for its values and for references that have been renewed. */
  readonly known: Layout;
  readonly metadata: MetadataStore;
  /** Counted up while the body is read, so that they are right if it fails. */
  readonly counts: BodyCounts;
}

/**
 * Reads one body and appends its samples. As long as its lines are those that are known, it compares bytes and reads numbers;
 * a line that is not, or that has more than a number behind its series, goes through the parser, and the known lines go on behind it.
 */
export class BodyReader {
  readonly #options: BodyReaderOptions;
  readonly #known: Layout;
  readonly #body: Buffer;
  /** A plain view of the body: hot loops should see one class of arrays only. */
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #counts: BodyCounts;
  readonly #sampleLimit: number;
  #parser: ExpositionParser | undefined;
  /** Where the next line starts, comments before it included. */
  #position = 0;
  /** The known line that is expected there. */
  #line = 0;
  #isAtEnd = false;
  /** The layout of this body, from the first line on that is not the known one. */
  #changed: Layout | undefined;
  /** Of the known lines, those that this body has. Only used once there is a change. */
  #seen = new Uint8Array(0);
  /** The lines of this body that are not known, by their series. */
  readonly #fresh = new Map<string, number>();

  constructor(options: BodyReaderOptions) {
    const { bytes } = options.body;
    this.#options = options;
    this.#counts = options.counts;
    this.#known = options.known;
    this.#body = bytes;
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#sampleLimit = Math.min(MAX_SAMPLES, options.rules.limits.samples || Infinity);
  }

  /** Resolves to the layout of the body, if it is not the one that was known. */
  async read(): Promise<Layout | undefined> {
    const { pace, rules } = this.#options;
    for (;;) {
      this.#takeKnown();
      if (!this.#isAtEnd) this.#takeParsed();
      if (this.#isAtEnd) break;
      const rest = pace();
      if (rest !== undefined) await rest;
    }
    if (this.#isOverLimit) {
      const limit = rules.limits.samples === 0 ? 'samples of one target' : 'sample_limit';
      throw new ScrapeError(
        'sample_limit',
        `${limit} exceeded (samples: ${this.#counts.kept}, limit: ${this.#sampleLimit})`,
      );
    }
    return this.#changed;
  }

  /** Samples are counted on when there are too many, so that it can be said how many there are. */
  get #isOverLimit(): boolean {
    return this.#counts.kept > this.#sampleLimit;
  }

  /** Takes lines that stand where they stood last time, until one does not. */
  #takeKnown(): void {
    const known = this.#known;
    const view = this.#view;
    const stop = Math.min(known.length, this.#line + KNOWN_LINES_PER_STEP);
    if (this.#changed === undefined) this.#takePlain(stop);
    while (this.#line < stop && known.isAt(this.#line, view, this.#position)) {
      const start = this.#position + known.textLength(this.#line);
      const end = this.#valueEnd(start);
      if (this.#bytes[end] !== LF || !this.#takeKnownLine(start, end)) return;
      this.#position = end + 1;
      this.#line++;
    }
    this.#isAtEnd = this.#line === known.length && this.#changed === undefined && known.isTailAt(view, this.#position);
  }

  /** What nearly all lines of nearly all scrapes are, in a loop that touches as little as it can: plain, and nothing has changed. */
  #takePlain(stop: number): void {
    const known = this.#known;
    const view = this.#view;
    const bytes = this.#bytes;
    const counts = this.#counts;
    const { kinds, refs, values } = known;
    const { appender, body } = this.#options;
    const { timestampMs } = body;
    const first = this.#line;
    const last = Math.min(stop, first + this.#sampleLimit - counts.kept);
    let line = first;
    let position = this.#position;
    while (line < last && kinds[line] === PLAIN && known.isAt(line, view, position)) {
      const start = position + known.textLength(line);
      let end = start;
      let value: number | undefined = 0;
      for (let digit = bytes[end] - ZERO; digit >= 0 && digit <= 9; digit = bytes[++end] - ZERO) {
        value = value * 10 + digit;
      }
      if (bytes[end] !== LF || end === start || end - start > MAX_EXACT_DIGITS) {
        end = this.#valueEnd(end);
        value = bytes[end] === LF ? this.#number(start, end) : undefined;
        if (value === undefined) break;
      }
      const refusal = appender.append(refs[line], timestampMs, value);
      if (refusal !== undefined && !this.#note(refusal)) break;
      values[line] = value;
      position = end + 1;
      line++;
    }
    counts.kept += line - first;
    counts.scraped += line - first;
    this.#line = line;
    this.#position = position;
  }

  /** Whether the line is dealt with; if not, it has to be parsed. */
  #takeKnownLine(start: number, end: number): boolean {
    const line = this.#line;
    const known = this.#known;
    const kind = known.kinds[line];
    if ((kind & TIMED) !== 0) return false;
    const changed = this.#changed;
    if (changed !== undefined && ((kind & DUPLICATE) !== 0 || this.#seen[line] !== 0 || known.hasComments(line))) {
      return false;
    }
    const value = this.#number(start, end);
    if (value === undefined) return false;
    if (kind === PLAIN) {
      if (this.#counts.kept < this.#sampleLimit) {
        const refusal = this.#options.appender.append(known.refs[line], this.#options.body.timestampMs, value);
        if (refusal !== undefined && !this.#note(refusal)) return false;
      }
      this.#counts.kept++;
      known.values[line] = value;
    } else if (kind === DUPLICATE) {
      this.#counts.kept++;
      this.#counts.duplicates++;
    }
    this.#counts.scraped++;
    if (changed !== undefined) {
      this.#seen[line] = 1;
      changed.addFrom(known, line);
    }
    return true;
  }

  #valueEnd(start: number): number {
    const bytes = this.#bytes;
    let end = start;
    while (bytes[end] > SPACE) end++;
    return end;
  }

  /** Short decimals are exact in a few steps. Longer ones the engine reads, correct to the last bit. */
  #number(start: number, end: number): number | undefined {
    const bytes = this.#bytes;
    if (end - start <= MAX_EXACT_DIGITS + 1) return tryParseNumber(bytes, start, end);
    for (let i = start; i < end; i++) {
      const byte = bytes[i];
      const isDecimal = (byte >= ZERO && byte <= NINE) || byte === DOT || (byte === MINUS && i === start);
      if (!isDecimal) return tryParseNumber(bytes, start, end);
    }
    const value = Number(this.#body.toString('latin1', start, end));
    return Number.isFinite(value) ? value : undefined;
  }

  /** Takes lines with the parser until one stands where the known ones go on. */
  #takeParsed(): void {
    const known = this.#known;
    const parser = this.#parserHere();
    for (let count = 0; count < PARSED_LINES_PER_STEP; count++) {
      const start = this.#position;
      const isKnown = this.#line < known.length && known.isAt(this.#line, this.#view, start);
      if (!this.#nextSeries(parser, isKnown)) {
        this.#takeEnd(start);
        return;
      }
      const { seriesStart, seriesEnd } = parser;
      if (seriesEnd - seriesStart > MAX_SERIES_BYTES) throw tooLong(this.#body, seriesStart, seriesEnd);
      const line = isKnown && this.#takeSame(parser) ? this.#line : this.#takeOther(parser, start);
      this.#position = this.#afterLine(parser.position);
      if (line < 0) continue;
      this.#line = (isKnown ? this.#line : line) + 1;
      if (this.#goesOnAsKnown()) return;
    }
  }

  /** Lines with timestamps of their own need the parser anyway. */
  #goesOnAsKnown(): boolean {
    const known = this.#known;
    const line = this.#line;
    return line < known.length && (known.kinds[line] & TIMED) === 0 && known.isAt(line, this.#view, this.#position);
  }

  #parserHere(): ExpositionParser {
    const { bytes, format } = this.#options.body;
    this.#parser ??= createExpositionParser(bytes, format);
    if (this.#parser.position !== this.#position) this.#parser.moveTo(this.#position, this.#metricType());
    return this.#parser;
  }

  #metricType(): MetricType {
    const changed = this.#changed;
    return changed === undefined ? this.#known.metricType(this.#line - 1) : changed.metricType(changed.length - 1);
  }

  /** On to the next series, noting what is said about families on the way, unless that stands where it stood. */
  #nextSeries(parser: ExpositionParser, isKnown: boolean): boolean {
    const changesNothing = isKnown && this.#changed === undefined;
    for (;;) {
      this.#checkLine(parser.position);
      const entry = parser.next();
      if (entry === 'series') return true;
      if (entry === 'eof') return false;
      if (entry === 'comment' || changesNothing) continue;
      const layout = this.#changeHere();
      this.#options.metadata.note(parser, layout.length);
    }
  }

  /** The parser reads an entry without a rest, so none may be too long. */
  #checkLine(position: number): void {
    const end = this.#body.indexOf(LF, position + 1);
    const length = (end < 0 ? this.#body.length : end) - position;
    if (length <= MAX_LINE_BYTES) return;
    const shown = this.#body.toString('utf8', position, position + SHOWN_BYTES).trim();
    throw new ScrapeError('line_too_long', `a line of ${length} bytes (limit: ${MAX_LINE_BYTES}): ${shown}…`);
  }

  /** From here on the body is laid out differently. */
  #changeHere(): Layout {
    if (this.#changed !== undefined) return this.#changed;
    const changed = new Layout();
    this.#changed = changed;
    this.#seen = new Uint8Array(this.#known.length);
    changed.addStartOf(this.#known, this.#line);
    this.#seen.fill(1, 0, this.#line);
    this.#options.metadata.changeFrom(this.#line);
    return changed;
  }

  #takeEnd(start: number): void {
    this.#isAtEnd = true;
    if (this.#line === this.#known.length && this.#changed === undefined && this.#known.isTailAt(this.#view, start))
      return;
    this.#changeHere().setTail(this.#bytes, start);
  }

  /** The series that the parser stands on is that of the known line that is expected. False where the layout changes all the same. */
  #takeSame(parser: ExpositionParser): boolean {
    if (this.#changed !== undefined) return false;
    const known = this.#known;
    const line = this.#line;
    const kind = known.kinds[line];
    if ((kind & DROPPED) === 0 && this.#isTimed(parser) !== ((kind & TIMED) !== 0)) return false;
    known.refs[line] = this.#store(parser, { ref: known.refs[line], isKnown: true, kind });
    known.values[line] = parser.value;
    return true;
  }

  /** Takes the series that the parser stands on into the new layout; the first known line that has it, -1 if there is none. */
  #takeOther(parser: ExpositionParser, start: number): number {
    const { seriesStart, seriesEnd } = parser;
    const changed = this.#changeHere();
    const line = this.#known.find(this.#view, seriesStart, seriesEnd);
    const key = line < 0 ? this.#body.toString('latin1', seriesStart, seriesEnd) : '';
    const fresh = line < 0 ? this.#fresh.get(key) : undefined;
    const isRepeated = line < 0 ? fresh !== undefined : this.#seen[line] !== 0;
    const ref = line >= 0 ? this.#known.refs[line] : fresh !== undefined ? changed.refs[fresh] : 0;
    const isTimed = this.#isTimed(parser);
    const kind = isTimed ? TIMED : isRepeated ? DUPLICATE : PLAIN;
    const stored = this.#store(parser, { ref, isKnown: line >= 0 || fresh !== undefined, kind });
    if (line >= 0) this.#seen[line] = 1;
    else if (fresh === undefined) this.#fresh.set(key, changed.length);
    this.#addLine(parser, start, stored === 0 ? { ref: 0, kind: DROPPED } : { ref: stored, kind });
    return line;
  }

  #isTimed(parser: ExpositionParser): boolean {
    return this.#options.rules.honorTimestamps && parser.timestampMs !== undefined;
  }

  /** Appends the sample; the reference of its series, 0 if it is dropped. */
  #store(parser: ExpositionParser, { ref, isKnown, kind }: SeriesState): SeriesRef {
    const counts = this.#counts;
    counts.scraped++;
    if (isKnown && ref === 0) return 0;
    const labels = isKnown ? undefined : this.#labels(parser);
    if (!isKnown && labels === undefined) return 0;
    if (labels !== undefined) checkLabels(labels, this.#options.rules);
    counts.kept++;
    // What is over the limit is only counted: no series are made for it.
    if (this.#isOverLimit) return ref;
    if (!isKnown) counts.added++;
    const stored = labels === undefined ? ref : this.#options.appender.seriesRef(labels);
    if ((kind & DUPLICATE) !== 0) {
      counts.duplicates++;
      return stored;
    }
    return this.#append(parser, stored, kind);
  }

  #append(parser: ExpositionParser, ref: SeriesRef, kind: number): SeriesRef {
    const { appender, body } = this.#options;
    const timestampMs = (kind & TIMED) !== 0 ? parser.timestampMs! : body.timestampMs;
    if (timestampMs > body.maxTimestampMs) {
      this.#counts.outOfBounds++;
      return ref;
    }
    let stored = ref;
    let refusal = appender.append(stored, timestampMs, parser.value);
    if (refusal === 'unknown_series') {
      const labels = this.#labels(parser);
      if (labels === undefined) return 0;
      stored = appender.seriesRef(labels);
      refusal = appender.append(stored, timestampMs, parser.value);
    }
    if (refusal !== undefined) this.#note(refusal);
    const exemplar = parser.exemplar();
    if (exemplar !== undefined) {
      const { labels, value, timestampMs: exemplarMs = timestampMs } = exemplar;
      if (appender.appendExemplar(stored, { labels, value, timestampMs: exemplarMs }) !== undefined)
        this.#counts.badExemplars++;
    }
    return stored;
  }

  /** What the series that the parser stands on is stored as; `undefined` if relabelling drops it. */
  #labels(parser: ExpositionParser): Labels | undefined {
    const { rules, symbols } = this.#options;
    const labels = rules.seriesLabels(parser.labels(symbols));
    return labels === undefined || labels.size === 0 ? undefined : labels;
  }

  #addLine(
    parser: ExpositionParser,
    start: number,
    { ref, kind }: { readonly ref: SeriesRef; readonly kind: number },
  ): void {
    const { seriesStart, seriesEnd, metricType } = parser;
    const layout = this.#changed!;
    let valueStart = seriesEnd;
    while (this.#bytes[valueStart] === SPACE || this.#bytes[valueStart] === TAB) valueStart++;
    layout.add(this.#bytes, { start, seriesStart, seriesEnd, valueStart, ref, kind, metricType });
    layout.values[layout.length - 1] = parser.value;
  }

  /** One format stops before the end of the line, the other one behind it. */
  #afterLine(position: number): number {
    return this.#bytes[position - 1] !== LF && this.#bytes[position] === LF ? position + 1 : position;
  }

  /** False where the reference has to be renewed. */
  #note(refusal: AppendRefusal): boolean {
    if (refusal === 'unknown_series') return false;
    if (refusal === 'out_of_order') this.#counts.outOfOrder++;
    else if (refusal === 'out_of_bounds') this.#counts.outOfBounds++;
    else this.#counts.duplicates++;
    return true;
  }
}

interface SeriesState {
  /** 0 of a known one: it is dropped. */
  readonly ref: SeriesRef;
  readonly isKnown: boolean;
  readonly kind: number;
}

function tooLong(bytes: Buffer, start: number, end: number): ScrapeError {
  const shown = bytes.toString('utf8', start, start + SHOWN_BYTES);
  return new ScrapeError('series_too_long', `a series of ${end - start} bytes (limit: ${MAX_SERIES_BYTES}): ${shown}…`);
}
