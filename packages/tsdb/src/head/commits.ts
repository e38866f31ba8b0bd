import { encodeSeries } from '../wal/records/entries-codec.ts';
import { encodeExemplars, sampleRecords } from '../wal/records/samples-codec.ts';
import type { SeriesEntry } from '../wal/records/wal-record.ts';
import { WalSamples } from '../wal/records/wal-samples.ts';
import type { HeadAppender } from './head-appender.ts';
import type { HeadCore } from './head-core.ts';

/** So many samples are applied without a rest: a few milliseconds. A commit of fewer is seen as a whole or not at all. */
const SAMPLES_PER_STEP = 16_384;
/** Likewise: series are encoded, and put into the index, without a rest. */
const SERIES_PER_STEP = 512;

/** Ends transactions: into the log, then into memory in the same order, as a replay does it. */
export class Commits {
  readonly #core: HeadCore;
  #applied: Promise<void> = Promise.resolve();
  readonly #underWay = new Set<Promise<void>>();

  constructor(core: HeadCore) {
    this.#core = core;
  }

  commit(transaction: HeadAppender): Promise<void> {
    const committed = this.#commit(transaction).finally(() => this.#underWay.delete(committed));
    this.#underWay.add(committed);
    return committed;
  }

  /** Forgets a transaction, and the series that it made and that nobody has samples for. */
  discard(transaction: HeadAppender): void {
    const { series, transactions, pendingPool } = this.#core;
    transactions.delete(transaction);
    pendingPool.give(transaction.pending);
    const unused = transaction.created.map((ref) => series.slotOf(ref)).filter((slot) => series.isHidden(slot));
    if (unused.length === 0) return;
    const wanted = this.#core.pendingSlots();
    this.#core.forgetHidden(unused.filter((slot) => !wanted.has(slot)));
  }

  /** Resolves when no commit is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  async #commit(transaction: HeadAppender): Promise<void> {
    const { counts, wal, samples } = this.#core;
    try {
      const unknown = this.#unknownRefs(transaction);
      await wal.log(await this.#records(transaction, unknown));
      this.#applied = this.#applied.then(() => this.#apply(transaction, unknown));
    } catch (error) {
      counts.failedCommits++;
      this.discard(transaction);
      throw error;
    }
    await this.#applied;
    this.discard(transaction);
    counts.commits++;
    if (samples.isBehind) await this.#core.writeChunks();
  }

  /** The series that the log does not know, whoever made them. */
  #unknownRefs({ pending, exemplars }: HeadAppender): readonly number[] {
    const { series } = this.#core;
    const unknown = new Set<number>();
    for (let i = 0; i < pending.length; i++) if (series.isHidden(pending.slots[i])) unknown.add(pending.refs[i]);
    for (const { ref } of exemplars) if (series.isHidden(series.slotOf(ref))) unknown.add(ref);
    return [...unknown];
  }

  async #records({ pending, exemplars }: HeadAppender, unknown: readonly number[]): Promise<Uint8Array[]> {
    const { pace } = this.#core;
    const records: Uint8Array[] = [];
    for (let i = 0; i < unknown.length; i += SERIES_PER_STEP) {
      records.push(...encodeSeries(this.#entries(unknown.slice(i, i + SERIES_PER_STEP))));
      const rest = pace();
      if (rest !== undefined) await rest;
    }
    for (const record of sampleRecords(pending)) {
      records.push(record);
      const rest = pace();
      if (rest !== undefined) await rest;
    }
    if (exemplars.length > 0) {
      const columns = new WalSamples(exemplars.length);
      for (const { ref, timestampMs, value } of exemplars) columns.push(ref, timestampMs, value);
      records.push(...encodeExemplars({ columns, labels: exemplars.map(({ labels }) => labels) }));
    }
    return records;
  }

  *#entries(refs: readonly number[]): Generator<SeriesEntry, void, void> {
    const { series } = this.#core;
    for (const ref of refs) {
      const slot = series.slotOf(ref);
      if (slot !== 0) yield { ref, labels: series.labels.labels(slot) };
    }
  }

  async #apply({ pending, exemplars }: HeadAppender, unknown: readonly number[]): Promise<void> {
    const { pace, samples } = this.#core;
    await this.#show(unknown);
    const { length } = pending;
    for (let from = 0; from < length; from += SAMPLES_PER_STEP) {
      const to = Math.min(length, from + SAMPLES_PER_STEP);
      this.#applySamples(pending, from, to);
      if (to === length) break;
      if (samples.isBehind) await this.#core.writeChunks();
      const rest = pace();
      if (rest !== undefined) await rest;
    }
    for (const exemplar of exemplars) this.#applyExemplar(exemplar);
  }

  /** The log knows these series now. They have no samples yet, so they are not selected before those are there. */
  async #show(refs: readonly number[]): Promise<void> {
    const { series } = this.#core;
    for (const [i, ref] of refs.entries()) {
      const slot = series.slotOf(ref);
      if (series.isHidden(slot)) this.#core.showSeries(slot);
      const rest = i % SERIES_PER_STEP === 0 ? this.#core.pace() : undefined;
      if (rest !== undefined) await rest;
    }
  }

  /** What a commit of another transaction, or an earlier sample of this one, has overtaken is left out. */
  #applySamples({ slots, timestamps, words }: HeadAppender['pending'], from: number, to: number): void {
    const { counts, samples } = this.#core;
    const floor = Math.max(this.#core.floor, this.#core.sealedBefore);
    const { refused } = counts;
    let minTime = Infinity;
    let maxTime = -Infinity;
    let appended = 0;
    for (let i = from; i < to; i++) {
      const slot = slots[i];
      const time = timestamps[i];
      const high = words[2 * i + 1] | 0;
      const low = words[2 * i] | 0;
      if (time < floor) {
        refused.out_of_bounds++;
        continue;
      }
      const last = samples.open.lastTime(slot);
      if (time <= last) {
        if (time < last) refused.out_of_order++;
        else if (samples.open.lastHigh(slot) !== high || samples.open.lastLow(slot) !== low)
          refused.duplicate_timestamp++;
        continue;
      }
      samples.append(slot, time, high, low);
      appended++;
      if (time < minTime) minTime = time;
      if (time > maxTime) maxTime = time;
    }
    counts.samplesAppended += appended;
    this.#core.noteTimes(minTime, maxTime);
  }

  #applyExemplar(exemplar: HeadAppender['exemplars'][number]): void {
    const { counts, exemplars, series } = this.#core;
    if (series.slotOf(exemplar.ref) === 0) return;
    const judgement = exemplars.judge(exemplar.ref, exemplar);
    if (judgement === 'bad') counts.refused.bad_exemplar++;
    if (judgement !== 'new') return;
    exemplars.add(exemplar);
    counts.exemplarsAppended++;
  }
}
