import { ByteWriter } from '../encoding/byte-writer.ts';
import type { FileSink } from '../file/file-sink.ts';
import type { Pace } from '../file/pace.ts';
import { POSTINGS_KEYS, SECTION_ALIGNMENT, type TableOfContents } from './index-format.ts';
import type { PostingsColumns } from './postings-columns.ts';

const STEPS_BETWEEN_RESTS = 1024;
const LABEL_INDEX_KEYS = 1;
const UINT32_MAX = 0xffff_ffff;

export interface IndexTailOptions {
  /** Stands behind the last series. */
  readonly sink: FileSink;
  readonly symbols: readonly string[];
  readonly postings: PostingsColumns;
  readonly pace: Pace;
}

/** The values of a label name and where the postings of each begin. */
interface PostingsOffsets {
  readonly name: string;
  readonly values: Uint32Array;
  readonly offsets: Float64Array;
}

/** Writes what follows the series in an index: label indices, postings, and the tables of where they lie. */
export class IndexTail {
  readonly #sink: FileSink;
  readonly #symbols: readonly string[];
  readonly #postings: PostingsColumns;
  readonly #pace: Pace;

  constructor({ sink, symbols, postings, pace }: IndexTailOptions) {
    this.#sink = sink;
    this.#symbols = symbols;
    this.#postings = postings;
    this.#pace = pace;
  }

  /** `refs` are all series. Resolves to where the sections begin. */
  async write(refs: readonly number[]): Promise<Omit<TableOfContents, 'symbols' | 'series'>> {
    const sink = this.#sink;
    const names = this.#postings.names();
    const labelIndices = sink.position;
    const labelIndexOffsets: number[] = [];
    for (const name of names) labelIndexOffsets.push(await this.#writeLabelIndex(name));

    const postings = sink.position;
    const allSeries = await this.#writePostings(refs);
    const postingsOffsets: PostingsOffsets[] = [];
    for (const name of names) postingsOffsets.push(await this.#writePostingsOf(name));

    const labelIndicesTable = sink.position;
    await this.#writeLabelOffsetTable(names, labelIndexOffsets);
    const postingsTable = sink.position;
    await this.#writePostingsOffsetTable(allSeries, postingsOffsets);
    return { labelIndices, labelIndicesTable, postings, postingsTable };
  }

  /** Resolves to its offset. */
  async #writeLabelIndex(name: number): Promise<number> {
    const { values } = await this.#postings.group(name, this.#pace);
    return this.#writeNumbers([LABEL_INDEX_KEYS, values.length], values);
  }

  async #writePostingsOf(name: number): Promise<PostingsOffsets> {
    const { values, starts, refs } = await this.#postings.group(name, this.#pace);
    const offsets = new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) {
      offsets[i] = await this.#writePostings(refs.subarray(starts[i], starts[i + 1]));
    }
    return { name: this.#symbols[name], values, offsets };
  }

  #writePostings(refs: ArrayLike<number>): Promise<number> {
    return this.#writeNumbers([refs.length], refs);
  }

  /** Writes a section of 4-byte numbers. Resolves to its offset. */
  async #writeNumbers(header: readonly number[], numbers: ArrayLike<number>): Promise<number> {
    const sink = this.#sink;
    sink.padTo(SECTION_ALIGNMENT);
    const offset = sink.position;
    sink.out.uint32(sectionLength(4 * (header.length + numbers.length)));
    sink.beginSum();
    for (const number of header) sink.out.uint32(number);
    for (let i = 0; i < numbers.length; i++) {
      sink.out.uint32(numbers[i]);
      if (sink.isFull) await sink.flush();
    }
    sink.endSum();
    if (sink.isFull) await sink.flush();
    return offset;
  }

  async #writeLabelOffsetTable(names: Uint32Array, offsets: readonly number[]): Promise<void> {
    const table = new ByteWriter();
    table.uint32(names.length);
    for (const [i, name] of names.entries()) {
      table.uvarint(LABEL_INDEX_KEYS);
      table.uvarintString(this.#symbols[name]);
      table.uvarint(offsets[i]);
      if (i % STEPS_BETWEEN_RESTS === 0) await this.#pace();
    }
    const { out } = this.#sink;
    out.uint32(sectionLength(table.length));
    this.#sink.beginSum();
    out.bytes(table.view());
    this.#sink.endSum();
  }

  /** The table can be long: a first walk finds its length, so that it need not be kept in memory. */
  async #writePostingsOffsetTable(allSeries: number, tables: readonly PostingsOffsets[]): Promise<void> {
    const sink = this.#sink;
    let length = 4;
    let count = 0;
    await this.#walkPostings(allSeries, tables, (entry) => {
      length += entry.length;
      count++;
    });
    sink.out.uint32(sectionLength(length));
    sink.beginSum();
    sink.out.uint32(count);
    await this.#walkPostings(allSeries, tables, (entry) => {
      sink.out.bytes(entry);
      return sink.isFull ? sink.flush() : undefined;
    });
    sink.endSum();
  }

  /** Gives the entries of the postings offset table in order, each valid during the call. */
  async #walkPostings(
    allSeries: number,
    tables: readonly PostingsOffsets[],
    visit: (entry: Uint8Array) => Promise<void> | undefined,
  ): Promise<void> {
    const entry = new ByteWriter();
    const visitPair = (name: string, value: string, offset: number) => {
      entry.reset();
      entry.uvarint(POSTINGS_KEYS);
      entry.uvarintString(name);
      entry.uvarintString(value);
      entry.uvarint(offset);
      return visit(entry.view());
    };
    await visitPair('', '', allSeries);
    for (const { name, values, offsets } of tables) {
      for (const [i, value] of values.entries()) {
        const written = visitPair(name, this.#symbols[value], offsets[i]);
        if (written !== undefined) await written;
        if (i % STEPS_BETWEEN_RESTS === 0) await this.#pace();
      }
    }
  }
}

function sectionLength(length: number): number {
  if (length > UINT32_MAX) throw new Error('a section of an index cannot have more than 4 GiB');
  return length;
}
