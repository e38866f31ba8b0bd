import type { Matcher, Querier, TimeRange } from '@hearth/model';
import type { Appender } from '../appender.ts';
import type { BlockSource } from '../block-source.ts';
import { selectPostings } from '../querying/select-postings.ts';
import { encodeTombstones } from '../wal/records/entries-codec.ts';
import type { TombstoneEntry } from '../wal/records/wal-record.ts';
import { Commits } from './commits.ts';
import type { Head, HeadCounters, HeadStats, SeriesExemplars } from './head.ts';
import { HeadAppender } from './head-appender.ts';
import { HeadBlockSource } from './head-block-source.ts';
import type { HeadCore } from './head-core.ts';
import { HeadQuerier } from './head-querier.ts';
import { headStats } from './head-stats.ts';
import { selectExemplars } from './select-exemplars.ts';
import { type LogStorage, Truncation } from './truncation.ts';

/** The head, put together: each of its jobs has a file of its own. */
export class PrometheusHead implements Head {
  readonly #core: HeadCore;
  readonly #commits: Commits;
  readonly #truncation: Truncation;

  constructor(core: HeadCore, storage: LogStorage) {
    this.#core = core;
    this.#commits = new Commits(core);
    this.#truncation = new Truncation(core, storage);
  }

  get minTime(): number {
    return this.#core.minTime;
  }

  get maxTime(): number {
    return this.#core.maxTime;
  }

  get seriesCount(): number {
    return this.#core.series.shownCount;
  }

  get appendableFrom(): number {
    return this.#core.appendableFrom;
  }

  get counters(): HeadCounters {
    const { chunksCreated, chunksRemoved } = this.#core.samples;
    const { refused, ...counts } = this.#core.counts;
    return { ...counts, refused: { ...refused }, chunksCreated, chunksRemoved };
  }

  appender(): Appender {
    return new HeadAppender(this.#core, this.#commits);
  }

  querier(range: TimeRange): Querier {
    return new HeadQuerier(this.#core, range);
  }

  blockSource(minTime: number, maxTime: number): BlockSource {
    return new HeadBlockSource(this.#core, minTime, maxTime);
  }

  truncate(beforeMs: number): Promise<void> {
    return this.#truncation.truncate(beforeMs);
  }

  /** In the log each series has its own part of the range: what it has samples for. */
  async deleteSeries(matchers: readonly Matcher[], range: TimeRange): Promise<number> {
    const { series, samples, readers, pace, wal } = this.#core;
    const reader = readers.open(range.startMs);
    try {
      const tombstones: TombstoneEntry[] = [];
      for (const slot of await selectPostings(series.index, matchers, { pace })) {
        const minTime = Math.max(range.startMs, samples.minTime(slot));
        const maxTime = Math.min(range.endMs, samples.open.lastTime(slot));
        if (minTime <= maxTime) tombstones.push({ ref: series.ref(slot), minTime, maxTime });
        const rest = pace();
        if (rest !== undefined) await rest;
      }
      await wal.log(encodeTombstones(tombstones));
      for (const { ref, ...deleted } of tombstones) {
        const slot = series.slotOf(ref);
        if (slot !== 0) samples.addTombstone(slot, deleted);
        const rest = pace();
        if (rest !== undefined) await rest;
      }
      return tombstones.length;
    } finally {
      reader.close();
    }
  }

  exemplars(
    matcherSets: readonly (readonly Matcher[])[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<readonly SeriesExemplars[]> {
    return selectExemplars(this.#core, { matcherSets, range, signal });
  }

  async stats(limit: number, labelName?: string): Promise<HeadStats> {
    const reader = this.#core.readers.open(Infinity);
    try {
      return await headStats(this.#core, limit, labelName);
    } finally {
      reader.close();
    }
  }

  async close(): Promise<void> {
    await this.#commits.settled();
    try {
      await this.#core.chunks.close();
    } finally {
      await this.#core.wal.close();
    }
  }
}
