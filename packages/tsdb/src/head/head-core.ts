import type { Labels } from '@hearth/model';
import type { AppendRefusal } from '../appender.ts';
import type { HeadChunks } from '../chunk/head-chunks.ts';
import type { Pace } from '../file/pace.ts';
import type { Wal } from '../wal/wal.ts';
import { ExemplarRing } from './exemplar-ring.ts';
import type { HeadCounters } from './head.ts';
import { PendingPool, type PendingSamples } from './pending-samples.ts';
import { Readers } from './readers.ts';
import { SampleStore } from './sample-store.ts';
import { SeriesTable } from './series-table.ts';

export interface HeadParts {
  readonly chunks: HeadChunks;
  readonly pace: Pace;
  readonly chunkRangeMs: number;
  readonly maxExemplars: number;
  readonly warn: (message: string) => void;
}

/** What a transaction has that is not committed. */
export interface OpenTransaction {
  readonly pending: PendingSamples;
}

type Counts = { -readonly [K in keyof Omit<HeadCounters, 'refused' | 'chunksCreated' | 'chunksRemoved'>]: number };

/** What appenders, queriers, truncation and replay have in common: the data of the head, and what is known about its times. */
export class HeadCore {
  readonly series: SeriesTable;
  readonly samples: SampleStore;
  readonly chunks: HeadChunks;
  readonly exemplars: ExemplarRing;
  readonly readers = new Readers();
  readonly transactions = new Set<OpenTransaction>();
  readonly pendingPool = new PendingPool();
  readonly pace: Pace;
  readonly chunkRangeMs: number;
  readonly warn: (message: string) => void;
  /** Series that are gone but have entries in the log, with the segment after which there are none. */
  readonly goneRefs = new Map<number, number>();
  minTime = Infinity;
  maxTime = -Infinity;
  /** What lies before has been truncated, or is in blocks. */
  floor = -Infinity;
  /** What lies before is being made into a block: no more samples come in there. */
  sealedBefore = -Infinity;
  readonly counts: Counts & { readonly refused: Record<AppendRefusal, number> } = {
    samplesAppended: 0,
    exemplarsAppended: 0,
    seriesCreated: 0,
    seriesRemoved: 0,
    refused: { out_of_order: 0, out_of_bounds: 0, duplicate_timestamp: 0, bad_exemplar: 0, unknown_series: 0 },
    commits: 0,
    failedCommits: 0,
    truncations: 0,
    checkpoints: 0,
    walRepairs: 0,
    chunkWriteFailures: 0,
  };
  #wal: Wal | undefined;

  constructor({ chunks, pace, chunkRangeMs, maxExemplars, warn }: HeadParts) {
    this.chunks = chunks;
    this.pace = pace;
    this.chunkRangeMs = chunkRangeMs;
    this.warn = warn;
    this.series = new SeriesTable(pace);
    this.samples = new SampleStore({ series: this.series, chunks, chunkRangeMs });
    this.exemplars = new ExemplarRing(maxExemplars);
  }

  /** The log is opened when it has been replayed. */
  get wal(): Wal {
    if (this.#wal === undefined) throw new Error('BUG: the log is not open yet');
    return this.#wal;
  }

  set wal(wal: Wal) {
    this.#wal = wal;
  }

  get appendableFrom(): number {
    return Math.max(this.floor, this.maxTime - this.chunkRangeMs / 2);
  }

  /** Makes a hidden series with these labels, of which there must be none. */
  createSeries(labels: Labels, ref?: number): number {
    const slot = this.series.create(labels, ref);
    this.samples.reset(slot);
    return slot;
  }

  /** Removes series that were never shown, and for which no transaction has samples. */
  forgetHidden(slots: readonly number[]): void {
    for (const slot of slots) this.series.unlist(slot);
    this.series.free(slots);
  }

  showSeries(slot: number): void {
    this.series.show(slot);
    this.counts.seriesCreated++;
  }

  /** Slots for which a transaction has samples that are not applied yet. */
  pendingSlots(): ReadonlySet<number> {
    const slots = new Set<number>();
    for (const { pending } of this.transactions) {
      for (let i = 0; i < pending.length; i++) slots.add(pending.slots[i]);
    }
    return slots;
  }

  noteTimes(minTime: number, maxTime: number): void {
    if (minTime < this.minTime) this.minTime = minTime;
    if (maxTime > this.maxTime) this.maxTime = maxTime;
  }

  /** Writes finished chunks if many wait. When the disk fails they stay in memory, and the log has their samples. */
  async writeChunks(): Promise<void> {
    try {
      await this.chunks.flush();
    } catch (error) {
      this.counts.chunkWriteFailures++;
      const reason = error instanceof Error ? error.message : String(error);
      this.warn(`chunks of the head cannot be written, and stay in memory: ${reason}`);
    }
  }
}
