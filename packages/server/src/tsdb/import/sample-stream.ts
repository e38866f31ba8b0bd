import {
  createExpositionParser,
  ExpositionError,
  type ExpositionFormat,
  type ExpositionParser,
  type MetricType,
} from '@hearth/model';
import { inputError } from './input-error.ts';

/** No line, or entry of several lines, is longer. */
const MAX_ENTRY_BYTES = 4 * 1024 * 1024;
/** Chunks of samples can hold no later times, nor earlier ones: about 71,000 years. */
const MAX_TIME_MS = 2 ** 51;
/** How many series are known by their bytes, so that their labels need not be decoded for each sample. */
const MAX_KNOWN_SERIES = 100_000;
const LF = 0x0a;
const EOF_LINE = Buffer.from('# EOF\n');

/** A series as it was read: equal label sets have equal keys. The same object comes again, but not for ever. */
export interface ReadSeries {
  readonly key: string;
}

export interface ReadSample {
  readonly series: ReadSeries;
  readonly timestampMs: number;
  readonly value: number;
  readonly line: number;
}

export interface SampleStreamOptions {
  /** Of the input, for messages. */
  readonly name: string;
  readonly format: ExpositionFormat;
  readonly visit: (sample: ReadSample) => void;
  /** Called between pieces: whoever keeps samples may write them away. */
  readonly afterPiece: (bytesRead: number) => Promise<void>;
}

/**
 * Reads an exposition with timestamps that is too long for memory: piece by piece, cut at the ends of lines. Rejects with
 * a `HearthError` at the first thing that is wrong, with its line and column.
 */
export async function readSampleStream(input: AsyncIterable<Uint8Array>, options: SampleStreamOptions): Promise<void> {
  const reader = new PieceReader(options);
  let bytesRead = 0;
  let pending: Buffer = Buffer.alloc(0);
  for await (const bytes of input) {
    // The last piece is read otherwise than those before it, so one is held back until there is more.
    const consumed = bytes.length === 0 ? 0 : reader.readLines(pending);
    pending = Buffer.concat([pending.subarray(consumed), bytes]);
    bytesRead += bytes.length;
    await options.afterPiece(bytesRead);
  }
  reader.read(pending, true);
  await options.afterPiece(bytesRead);
}

class PieceReader {
  readonly #options: SampleStreamOptions;
  #known = new Map<string, ReadSeries>();
  /** The line at which the next piece begins. */
  #line = 1;
  /** Of the last TYPE line: it says how the labels after it are read. */
  #type: MetricType = 'unknown';

  constructor(options: SampleStreamOptions) {
    this.#options = options;
  }

  /** The same for the lines of `bytes` that are whole, when others follow. */
  readLines(bytes: Buffer): number {
    const end = bytes.lastIndexOf(LF) + 1;
    const consumed = end === 0 ? 0 : this.read(bytes.subarray(0, end), false);
    if (bytes.length - end > MAX_ENTRY_BYTES) {
      throw inputError({ name: this.#options.name, line: this.#line, column: 1 }, 'a line of more than 4 MB');
    }
    return consumed;
  }

  /**
   * Reads the samples of a piece, and returns how many of its bytes are done with. An entry that cannot be read where the
   * piece ends may go on in the next one: it is not done with, unless it is too long.
   */
  read(piece: Buffer, isLast: boolean): number {
    const head = this.#type === 'unknown' ? '' : `# TYPE x ${this.#type}\n`;
    const tail = !isLast && this.#options.format === 'openmetrics' ? EOF_LINE : Buffer.alloc(0);
    const bytes = Buffer.concat([Buffer.from(head), piece, tail]);
    const lines = new LineCounter(bytes, head.length, this.#line);
    let consumed = head.length;
    try {
      const parser = createExpositionParser(bytes, this.#options.format);
      for (let entry = parser.next(); entry !== 'eof'; entry = parser.next()) {
        if (entry === 'type') this.#type = parser.metricType;
        if (entry !== 'series') continue;
        this.#visit(parser, bytes, lines);
        consumed = lineEnd(bytes, parser.seriesEnd);
      }
      consumed = head.length + piece.length;
    } catch (error) {
      if (!(error instanceof ExpositionError)) throw error;
      if (isLast || head.length + piece.length - consumed > MAX_ENTRY_BYTES) {
        const line = this.#line + error.line - (head === '' ? 1 : 2);
        throw inputError({ name: this.#options.name, line, column: error.column }, this.#reasonOf(error), error);
      }
    }
    this.#line = lines.at(consumed);
    return consumed - head.length;
  }

  #visit(parser: ExpositionParser, bytes: Buffer, lines: LineCounter): void {
    const { seriesStart, timestampMs, value } = parser;
    const line = lines.at(seriesStart);
    if (timestampMs === undefined || Math.abs(timestampMs) > MAX_TIME_MS) {
      const column = columnOf(bytes, parser.seriesEnd);
      const reason =
        timestampMs === undefined ? 'a sample without a timestamp' : `timestamp ${timestampMs} is too far off`;
      throw inputError({ name: this.#options.name, line, column }, reason);
    }
    this.#options.visit({ series: this.#seriesOf(parser, bytes), timestampMs, value, line });
  }

  #seriesOf(parser: ExpositionParser, bytes: Buffer): ReadSeries {
    const text = `${parser.metricType} ${bytes.toString('latin1', parser.seriesStart, parser.seriesEnd)}`;
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_KNOWN_SERIES) this.#known = new Map();
    const series: ReadSeries = {
      key: JSON.stringify([...parser.labels()].flatMap(({ name, value }) => [name, value])),
    };
    this.#known.set(text, series);
    return series;
  }

  #reasonOf({ code, reason }: ExpositionError): string {
    return code === 'missing_eof' ? `${reason}; a text in the format 0.0.4 needs --format prometheus-text` : reason;
  }
}

function lineEnd(bytes: Buffer, from: number): number {
  const newline = bytes.indexOf(LF, from);
  return newline < 0 ? bytes.length : newline + 1;
}

function columnOf(bytes: Buffer, offset: number): number {
  return bytes.toString('utf8', bytes.lastIndexOf(LF, offset - 1) + 1, offset).length + 1;
}

/** Tells on which line an offset is; offsets must not fall. */
class LineCounter {
  readonly #bytes: Buffer;
  #offset: number;
  #line: number;

  constructor(bytes: Buffer, offset: number, line: number) {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#line = line;
  }

  at(offset: number): number {
    for (;;) {
      const newline = this.#bytes.indexOf(LF, this.#offset);
      if (newline < 0 || newline >= offset) return this.#line;
      this.#line++;
      this.#offset = newline + 1;
    }
  }
}
