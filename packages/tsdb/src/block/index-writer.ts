import { compareLabels, compareUtf8, type Labels } from '@hearth/model';
import type { ChunkMeta } from '../chunk/chunk.ts';
import { FileSink } from '../file/file-sink.ts';
import type { FileSystem } from '../file/file-system.ts';
import type { Pace } from '../file/pace.ts';
import { appendIndexHeader, appendToc, INDEX_HEADER_BYTES, MAX_SERIES_REF, SERIES_ALIGNMENT } from './index-format.ts';
import { IndexTail } from './index-tail.ts';
import { PostingsColumns } from './postings-columns.ts';
import { appendSeriesEntry } from './series-entry.ts';

const STEPS_BETWEEN_RESTS = 1024;
const UINT32_MAX = 0xffff_ffff;

export interface IndexWriterOptions {
  readonly fileSystem: FileSystem;
  readonly path: string;
  /** All label names and values of the series, each once, in the order of their UTF-8 bytes. May hold others. */
  readonly symbols: readonly string[];
  readonly pace: Pace;
}

/**
 * Writes an index (see index-format.ts): created with all symbols, then `addSeries` for each series in the order of its
 * labels, then `finish`. One call at a time. Rests between steps as `pace` says.
 *
 * Memory: the symbols with a map of them, and the postings (see PostingsColumns).
 */
export class IndexWriter {
  readonly #sink: FileSink;
  readonly #options: IndexWriterOptions;
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #postings: PostingsColumns;
  /** Where the series begin. */
  readonly #seriesOffset: number;
  #refs: number[] = [];
  #last: Labels | undefined;

  private constructor(sink: FileSink, options: IndexWriterOptions, numbers: ReadonlyMap<string, number>) {
    this.#sink = sink;
    this.#options = options;
    this.#numbers = numbers;
    this.#postings = new PostingsColumns(options.symbols.length);
    this.#seriesOffset = sink.position;
  }

  static async create(options: IndexWriterOptions): Promise<IndexWriter> {
    const { fileSystem, path, symbols, pace } = options;
    const numbers = await numberSymbols(symbols, pace);
    const sink = await FileSink.create(fileSystem, path);
    try {
      appendIndexHeader(sink.out);
      await writeSymbols(sink, symbols, pace);
    } catch (error) {
      await sink.abandon();
      throw error;
    }
    return new IndexWriter(sink, options, numbers);
  }

  /** Adds a series and resolves to its reference. Its labels come after those of the series before. */
  async addSeries(labels: Labels, chunks: readonly ChunkMeta[]): Promise<number> {
    const last = this.#last;
    if (last !== undefined && compareLabels(last, labels) >= 0) {
      throw new Error(`BUG: series ${labels.toString()} after ${last.toString()}`);
    }
    this.#last = labels;

    const sink = this.#sink;
    sink.padTo(SERIES_ALIGNMENT);
    const ref = sink.position / SERIES_ALIGNMENT;
    if (ref > MAX_SERIES_REF) throw new Error('an index cannot have more than 64 GiB of series');
    const symbols = this.#symbolsOf(labels);
    appendSeriesEntry(sink.out, { symbols, chunks });
    for (let i = 0; i < symbols.length; i += 2) this.#postings.add(symbols[i], symbols[i + 1], ref);
    this.#refs.push(ref);
    if (sink.isFull) await sink.flush();
    return ref;
  }

  /** Writes what follows the series, makes the file durable and closes it. */
  async finish(): Promise<void> {
    const { symbols, pace } = this.#options;
    const tail = new IndexTail({ sink: this.#sink, symbols, postings: this.#postings, pace });
    const sections = await tail.write(this.#refs);
    appendToc(this.#sink.out, { symbols: INDEX_HEADER_BYTES, series: this.#seriesOffset, ...sections });
    await this.#sink.finish();
  }

  /** Closes the file as it is. */
  abandon(): Promise<void> {
    return this.#sink.abandon();
  }

  #symbolsOf(labels: Labels): number[] {
    const symbols: number[] = [];
    for (let i = 0; i < labels.size; i++)
      symbols.push(this.#symbolOf(labels.nameAt(i)), this.#symbolOf(labels.valueAt(i)));
    return symbols;
  }

  #symbolOf(text: string): number {
    const symbol = this.#numbers.get(text);
    if (symbol === undefined) throw new Error(`BUG: ${JSON.stringify(text)} is no symbol of this index`);
    return symbol;
  }
}

async function numberSymbols(symbols: readonly string[], pace: Pace): Promise<ReadonlyMap<string, number>> {
  const numbers = new Map<string, number>();
  for (const [i, symbol] of symbols.entries()) {
    if (i > 0 && compareUtf8(symbols[i - 1], symbol) >= 0) {
      throw new Error(`BUG: symbol ${JSON.stringify(symbol)} after ${JSON.stringify(symbols[i - 1])}`);
    }
    numbers.set(symbol, i);
    if (i % STEPS_BETWEEN_RESTS === 0) await pace();
  }
  return numbers;
}

async function writeSymbols(sink: FileSink, symbols: readonly string[], pace: Pace): Promise<void> {
  let length = 4;
  for (const [i, symbol] of symbols.entries()) {
    const bytes = Buffer.byteLength(symbol);
    length += uvarintLength(bytes) + bytes;
    if (i % STEPS_BETWEEN_RESTS === 0) await pace();
  }
  if (length > UINT32_MAX) throw new Error('an index cannot have more than 4 GiB of symbols');

  sink.out.uint32(length);
  sink.beginSum();
  sink.out.uint32(symbols.length);
  for (const [i, symbol] of symbols.entries()) {
    sink.out.uvarintString(symbol);
    if (sink.isFull) await sink.flush();
    if (i % STEPS_BETWEEN_RESTS === 0) await pace();
  }
  sink.endSum();
}

function uvarintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}
