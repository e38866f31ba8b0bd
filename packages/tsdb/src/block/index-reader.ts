import { LabelError, type Labels, labelsFromPairs } from '@hearth/model';
import type { ChunkMeta } from '../chunk/chunk.ts';
import { ByteReader } from '../encoding/byte-reader.ts';
import { CorruptionError } from '../encoding/corruption-error.ts';
import type { Pace } from '../file/pace.ts';
import type { PagedFile } from '../file/page-cache.ts';
import { readRecord, tryRecord } from '../file/read-record.ts';
import {
  checkIndexHeader,
  INDEX_HEADER_BYTES,
  readSectionLength,
  readToc,
  SERIES_ALIGNMENT,
  type TableOfContents,
  TOC_BYTES,
} from './index-format.ts';
import { PostingsTable } from './postings-table.ts';
import { readSeriesEntry, SERIES_ENTRY } from './series-entry.ts';
import { SymbolReader } from './symbol-reader.ts';

const NO_SERIES = new Uint32Array(0);

export interface IndexedSeries {
  readonly labels: Labels;
  /** In ascending order of time and reference. */
  readonly chunks: readonly ChunkMeta[];
}

export interface ValueSeriesCount {
  readonly value: string;
  readonly seriesCount: number;
}

interface IndexParts {
  readonly toc: TableOfContents;
  readonly symbols: SymbolReader;
  readonly table: PostingsTable;
}

/**
 * Reads an index (see index-format.ts). What is stored is not loaded: in memory are the label names, 1 in 32 of their
 * values, a place for 1 in 32 symbols, some symbols asked for lately, and the pages that the cache holds. The rest is
 * read when it is asked for.
 *
 * Postings are ascending series references. Methods reject with a `CorruptionError` where bytes are not what they should
 * be. They may overlap. Those that take many values or give many rest as `pace` says. A loop over many series must pace
 * itself.
 */
export class IndexReader {
  readonly #file: PagedFile;
  readonly #toc: TableOfContents;
  readonly #symbols: SymbolReader;
  readonly #table: PostingsTable;
  readonly #pace: Pace;

  private constructor(file: PagedFile, pace: Pace, parts: IndexParts) {
    this.#file = file;
    this.#pace = pace;
    this.#toc = parts.toc;
    this.#symbols = parts.symbols;
    this.#table = parts.table;
  }

  /** Reads through symbols and offset table once. The file belongs to the reader, and is closed when this fails. */
  static async open(file: PagedFile, pace: Pace): Promise<IndexReader> {
    try {
      checkIndexHeader(await file.view(0, INDEX_HEADER_BYTES), file.name);
      const tocOffset = file.size - TOC_BYTES;
      const toc = readToc(await file.view(tocOffset, TOC_BYTES), file.name, tocOffset);
      const symbols = await SymbolReader.open(file, toc.symbols, tocOffset);
      const table = await PostingsTable.open(file, toc.postingsTable, tocOffset);
      return new IndexReader(file, pace, { toc, symbols, table });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get sizeBytes(): number {
    return this.#file.size;
  }

  get symbolCount(): number {
    return this.#symbols.count;
  }

  /** `count` symbols from number `first` on, in the order of their UTF-8 bytes. */
  symbols(first: number, count: number): Promise<string[]> {
    return this.#symbols.symbols(first, count);
  }

  /** Sorted. */
  get labelNames(): readonly string[] {
    return this.#table.names;
  }

  /** How many values a label name has; 0 for a name that is not there. */
  valueCount(name: string): number {
    return this.#table.valueCount(name);
  }

  /** The values of a label name, sorted. */
  async labelValues(name: string): Promise<string[]> {
    const values: string[] = [];
    await this.#table.scan(name, (value) => values.push(value));
    return values;
  }

  /** For each value of a label name, sorted, how many series have it. */
  async seriesCounts(name: string): Promise<ValueSeriesCount[]> {
    const entries: { readonly value: string; readonly offset: number }[] = [];
    await this.#table.scan(name, (value, offset) => entries.push({ value, offset }));
    const counts: ValueSeriesCount[] = [];
    for (const { value, offset } of entries) {
      const { offset: start, end } = await this.#postingsSection(offset);
      counts.push({ value, seriesCount: (end - start) / 4 - 1 });
      await this.#pace();
    }
    return counts;
  }

  /**
   * For each of `values`, in their order, the series that have it; an empty list for a value that is not there. Sorted
   * values are found faster. The caller owns the lists.
   */
  async postings(name: string, values: readonly string[]): Promise<Uint32Array[]> {
    const lists: Uint32Array[] = [];
    for (const offset of await this.#table.offsets(name, values, this.#pace)) {
      lists.push(offset === undefined ? NO_SERIES : await this.#readPostings(offset));
      await this.#pace();
    }
    return lists;
  }

  /** All series. The caller owns the list. */
  async allPostings(): Promise<Uint32Array> {
    const [all] = await this.postings('', ['']);
    return all;
  }

  /** The series with this reference. */
  async series(ref: number): Promise<IndexedSeries> {
    const entry = readSeriesEntry(await readRecord(this.#file, this.#offsetOf(ref), SERIES_ENTRY));
    const pairs: string[] = [];
    for (const symbol of entry.symbols) {
      pairs.push(this.#symbols.tryRecent(symbol) ?? (await this.#symbols.symbol(symbol)));
    }
    return { labels: this.#labelsOf(pairs, ref), chunks: entry.chunks };
  }

  /** The same if it is in memory. Throws where the other rejects. */
  trySeries(ref: number): IndexedSeries | undefined {
    const reader = tryRecord(this.#file, this.#offsetOf(ref), SERIES_ENTRY);
    if (reader === undefined) return undefined;
    const entry = readSeriesEntry(reader);
    const pairs: string[] = [];
    for (const symbol of entry.symbols) {
      const text = this.#symbols.tryRecent(symbol);
      if (text === undefined) return undefined;
      pairs.push(text);
    }
    return { labels: this.#labelsOf(pairs, ref), chunks: entry.chunks };
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #offsetOf(ref: number): number {
    const offset = ref * SERIES_ALIGNMENT;
    if (offset >= this.#toc.series && offset < this.#file.size - TOC_BYTES) return offset;
    throw this.#corrupt(Math.min(offset, this.#file.size), `series reference ${ref} points outside of the series`);
  }

  #labelsOf(pairs: string[], ref: number): Labels {
    try {
      return labelsFromPairs(pairs);
    } catch (cause) {
      if (!(cause instanceof LabelError)) throw cause;
      throw this.#corrupt(ref * SERIES_ALIGNMENT, `labels of series ${ref}: ${cause.message}`, cause);
    }
  }

  /** Where the content of the postings at `offset` lies: the number of series, and their references. */
  async #postingsSection(offset: number) {
    const file = this.#file;
    const length = file.tryView(offset, 4) ?? (await file.view(offset, 4));
    const range = readSectionLength(length, { file: file.name, offset, end: file.size - TOC_BYTES });
    if (range.end - range.offset < 4 || (range.end - range.offset) % 4 !== 0) {
      throw this.#corrupt(offset, `postings of ${range.end - range.offset} bytes`);
    }
    return range;
  }

  async #readPostings(offset: number): Promise<Uint32Array> {
    const file = this.#file;
    const { offset: start, end } = await this.#postingsSection(offset);
    const stored = file.tryView(start, end + 4 - start) ?? (await file.view(start, end + 4 - start));
    const reader = new ByteReader(stored, file.name, start);
    const count = reader.uint32();
    reader.skip(end - start - 4);
    reader.crc32c(0);
    if (4 * (count + 1) !== end - start)
      reader.fail('bad_value', `${count} series in postings of ${end - start} bytes`);
    reader.check();
    return bigEndianWords(stored.subarray(4, end - start));
  }

  #corrupt(offset: number, reason: string, cause?: unknown): CorruptionError {
    return new CorruptionError({ code: 'bad_value', file: this.#file.name, offset, reason, cause });
  }
}

function bigEndianWords(bytes: Uint8Array): Uint32Array {
  const copy = Buffer.from(new Uint8Array(bytes).buffer);
  copy.swap32();
  return new Uint32Array(copy.buffer, 0, copy.length / 4);
}
