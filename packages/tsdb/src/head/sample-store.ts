import { addInterval } from '../block/tombstones.ts';
import { CHUNK_ENCODING_XOR, type TimeRange } from '../chunk/chunk.ts';
import type { HeadChunks } from '../chunk/head-chunks.ts';
import { type ChunkList, ChunkLists } from './chunk-lists.ts';
import { OpenChunks } from './open-chunks.ts';
import type { SeriesTable } from './series-table.ts';

const SAMPLES_PER_CHUNK = 120;
/** Prometheus ends a chunk with 1024 bytes, less the largest sample, before it appends another one. */
const MAX_CHUNK_BYTES = 1024 - 19;

const scratch = new Uint8Array(4096);
const scratchView = new DataView(scratch.buffer);

/** What of one series there is to read, at one moment: chunks in files, the newest first, and the open chunk. */
export interface StoredSeries {
  readonly chunkRefs: readonly number[];
  readonly minTimes: readonly number[];
  readonly maxTimes: readonly number[];
  readonly open: Uint8Array | undefined;
  readonly openMinTime: number;
  readonly openMaxTime: number;
}

/** The samples of all series: open chunks in memory, finished ones in files, and what was deleted of them. */
export class SampleStore {
  readonly open = new OpenChunks();
  readonly lists = new ChunkLists();
  readonly tombstones = new Map<number, readonly TimeRange[]>();
  readonly #series: SeriesTable;
  readonly #chunks: HeadChunks;
  readonly #chunkRangeMs: number;
  chunksCreated = 0;
  chunksRemoved = 0;

  constructor(options: { readonly series: SeriesTable; readonly chunks: HeadChunks; readonly chunkRangeMs: number }) {
    this.#series = options.series;
    this.#chunks = options.chunks;
    this.#chunkRangeMs = options.chunkRangeMs;
  }

  /** Makes a slot that of a new series. */
  reset(slot: number): void {
    this.open.reset(slot);
  }

  /** Appends a sample that is later than the last one of its series. Chunks end where those of Prometheus do. */
  append(slot: number, time: number, high: number, low: number): void {
    const { open } = this;
    const count = open.count(slot);
    if (count > 0) {
      if (count === SAMPLES_PER_CHUNK / 4) this.#predictEnd(slot);
      const isFull =
        time >= open.endTime(slot) || count >= 2 * SAMPLES_PER_CHUNK || open.byteLength(slot) > MAX_CHUNK_BYTES;
      if (!isFull) {
        open.append(slot, time, high, low);
        return;
      }
      this.finishChunk(slot);
    }
    open.begin(slot, time, high, low);
    open.setEndTime(slot, rangeEnd(time, this.#chunkRangeMs));
    this.chunksCreated++;
  }

  /** Moves the open chunk of a series, if there is one, to the files, under the reference that the series has now. */
  finishChunk(slot: number): void {
    const { open } = this;
    if (open.count(slot) === 0) return;
    const minTime = open.minTime(slot);
    const maxTime = open.lastTime(slot);
    const data = scratch.subarray(0, open.copyTo(scratchView, slot));
    const seriesRef = this.#series.ref(slot);
    const chunk = { seriesRef, minTime, maxTime, encoding: CHUNK_ENCODING_XOR, isOutOfOrder: false, data };
    const ref = this.#chunks.append(chunk);
    open.setList(slot, this.lists.push(open.list(slot), ref, minTime, maxTime));
    open.drop(slot);
  }

  /**
   * Adds chunks that files hold, while the log is replayed: the series may have some already. Returns how many were left out
   * because others have their times.
   */
  addStoredChunks(slot: number, chunks: ChunkList): number {
    const { lists, open } = this;
    const count = lists.length(chunks);
    const { list, dropped } = lists.merge(open.list(slot), chunks);
    this.chunksCreated += count - dropped;
    open.setList(slot, list);
    const maxTime = lists.maxTime(list);
    if (maxTime > open.lastTime(slot)) open.setLast(slot, maxTime, 0, 0);
    return dropped;
  }

  /** Time of the oldest sample; Infinity if there is none. */
  minTime(slot: number): number {
    const list = this.open.list(slot);
    if (list !== 0) return this.lists.minTime(this.lists.oldest(list));
    return this.open.count(slot) > 0 ? this.open.minTime(slot) : Infinity;
  }

  isEmpty(slot: number): boolean {
    return this.open.list(slot) === 0 && this.open.count(slot) === 0;
  }

  /** What there is of a series within a range, by whole chunks. Undefined if there is nothing. */
  read(slot: number, range: TimeRange): StoredSeries | undefined {
    const stored = this.view(slot, range);
    return stored?.open === undefined ? stored : { ...stored, open: new Uint8Array(stored.open) };
  }

  /** The same with an open chunk that is valid until the next call, in this turn of the event loop. */
  view(slot: number, range: TimeRange): StoredSeries | undefined {
    const { open, lists } = this;
    const chunkRefs: number[] = [];
    const minTimes: number[] = [];
    const maxTimes: number[] = [];
    for (
      let entry = open.list(slot);
      entry !== 0 && lists.maxTime(entry) >= range.minTime;
      entry = lists.older(entry)
    ) {
      if (lists.minTime(entry) > range.maxTime) continue;
      chunkRefs.push(lists.ref(entry));
      minTimes.push(lists.minTime(entry));
      maxTimes.push(lists.maxTime(entry));
    }
    const openMinTime = open.minTime(slot);
    const openMaxTime = open.lastTime(slot);
    const hasOpen = open.count(slot) > 0 && openMinTime <= range.maxTime && openMaxTime >= range.minTime;
    if (!hasOpen && chunkRefs.length === 0) return undefined;
    const data = hasOpen ? scratch.subarray(0, open.copyTo(scratchView, slot)) : undefined;
    return { chunkRefs, minTimes, maxTimes, open: data, openMinTime, openMaxTime };
  }

  /** Whether there may be samples within a range: whether a chunk reaches into it. */
  reachesInto(slot: number, { minTime, maxTime }: TimeRange): boolean {
    const { open, lists } = this;
    if (open.count(slot) > 0 && open.minTime(slot) <= maxTime && open.lastTime(slot) >= minTime) return true;
    for (let entry = open.list(slot); entry !== 0; entry = lists.older(entry)) {
      if (lists.maxTime(entry) < minTime) return false;
      if (lists.minTime(entry) <= maxTime) return true;
    }
    return false;
  }

  addTombstone(slot: number, range: TimeRange): void {
    this.tombstones.set(slot, addInterval(this.tombstones.get(slot) ?? [], range));
  }

  /** Drops the chunks that end before a time. */
  dropBefore(slot: number, time: number): void {
    const before = this.lists.count;
    this.open.setList(slot, this.lists.dropBefore(this.open.list(slot), time));
    this.chunksRemoved += before - this.lists.count;
    if (this.open.count(slot) > 0 && this.open.lastTime(slot) < time) {
      this.open.drop(slot);
      this.chunksRemoved++;
    }
    const deleted = this.tombstones.get(slot);
    if (deleted === undefined) return;
    const kept = deleted.filter(({ maxTime }) => maxTime >= time);
    if (kept.length > 0) this.tombstones.set(slot, kept);
    else this.tombstones.delete(slot);
  }

  /** Whether finished chunks wait for the disk, so that `HeadChunks.flush` should be called. */
  get isBehind(): boolean {
    return this.#chunks.isFull;
  }

  /** With a quarter of its samples there, a chunk is given an end such that those up to the end of the range come out even. */
  #predictEnd(slot: number): void {
    const { open } = this;
    const start = open.minTime(slot);
    const end = open.endTime(slot);
    const chunks = (end - start) / ((open.lastTime(slot) - start + 1) * 4);
    if (chunks > 1) open.setEndTime(slot, Math.floor(start + (end - start) / Math.floor(chunks)));
  }
}

/** The first multiple of the range after a time. */
function rangeEnd(time: number, rangeMs: number): number {
  return Math.floor(time / rangeMs) * rangeMs + rangeMs;
}
