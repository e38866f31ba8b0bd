import { encodeSeries } from '../wal/records/entries-codec.ts';
import { encodeExemplars, sampleRecords } from '../wal/records/samples-codec.ts';
import type { SeriesEntry } from '../wal/records/wal-record.ts';
import { WalSamples } from '../wal/records/wal-samples.ts';
import type { HeadAppender } from './head-appender.ts';
import type { HeadCore } from './head-core.ts';

/** So many samples are applied without a rest: a few milliseconds. A commit of fewer is seen as a whole or not at all. */
const SAMPLES_PER_STEP = 16_384;

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

  /** Forgets a transaction, and the series that it made if nobody else has samples for them. */
  discard(transaction: HeadAppender): void {
    const { series, transactions } = this.#core;
    this.#release(transaction);
    if (transaction.created.length === 0) return;
    const isWanted = transactions.size === 0 ? new Set<number>() : this.#core.pendingSlots();
    const unwanted = transaction.created.filter((slot) => series.isHidden(slot) && !isWanted.has(slot));
    this.#core.forgetHidden(unwanted);
  }

  /** Resolves when no commit is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  async #commit(transaction: HeadAppender): Promise<void> {
    const { counts, wal } = this.#core;
    try {
      await wal.log(await this.#records(transaction));
    } catch (error) {
      counts.failedCommits++;
      this.discard(transaction);
      throw error;
    }
    this.#applied = this.#applied.then(() => this.#apply(transaction));
    await this.#applied;
    this.#release(transaction);
    counts.commits++;
    if (this.#core.samples.isBehind) await this.#core.writeChunks();
  }

  #release(transaction: HeadAppender): void {
    this.#core.transactions.delete(transaction);
    this.#core.pendingPool.give(transaction.pending);
  }

  /** Series that the log does not know come first, whoever made them. */
  async #records({ pending, exemplars }: HeadAppender): Promise<Uint8Array[]> {
    const { series, pace } = this.#core;
    const unknown = new Map<number, SeriesEntry>();
    const note = (slot: number) => {
      if (slot === 0 || !series.isHidden(slot) || unknown.has(slot)) return;
      unknown.set(slot, { ref: series.ref(slot), labels: series.labels.labels(slot) });
    };
    for (let i = 0; i < pending.length; i++) note(pending.slots[i]);
    for (const { ref } of exemplars) note(series.slotOf(ref));

    const records = encodeSeries(unknown.values());
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

  async #apply({ pending, exemplars }: HeadAppender): Promise<void> {
    const { pace, samples } = this.#core;
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

  /** What a commit of another transaction, or an earlier sample of this one, has overtaken is left out. */
  #applySamples({ slots, timestamps, words }: HeadAppender['pending'], from: number, to: number): void {
    const { counts, series, samples } = this.#core;
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
      if (last === -Infinity && series.isHidden(slot)) this.#core.showSeries(slot);
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
    const slot = series.slotOf(exemplar.ref);
    if (slot === 0) return;
    const judgement = exemplars.judge(exemplar.ref, exemplar);
    if (judgement === 'bad') counts.refused.bad_exemplar++;
    if (judgement !== 'new') return;
    if (series.isHidden(slot)) this.#core.showSeries(slot);
    exemplars.add(exemplar);
    counts.exemplarsAppended++;
  }
}
