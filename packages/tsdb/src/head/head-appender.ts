import { type Labels, NORMAL_NAN_BITS, STALE_NAN_BITS, wordsOf } from '@hearth/model';
import type { Appender, AppendRefusal, ExemplarToAppend, SeriesRef } from '../appender.ts';
import { MAX_TIME } from '../chunk/xor-format.ts';
import type { Commits } from './commits.ts';
import type { RefExemplar } from './exemplar-ring.ts';
import type { HeadCore } from './head-core.ts';
import type { PendingSamples } from './pending-samples.ts';

const [STALE_HIGH, STALE_LOW] = intsOf(STALE_NAN_BITS);
const [NAN_HIGH, NAN_LOW] = intsOf(NORMAL_NAN_BITS);

const scratchValue = new Float64Array(1);
const scratchWords = wordsOf(scratchValue);

/** One transaction: samples are checked when they are appended, against what was committed before, and kept in columns. */
export class HeadAppender implements Appender {
  readonly #core: HeadCore;
  readonly #commits: Commits;
  readonly pending: PendingSamples;
  readonly exemplars: RefExemplar[] = [];
  /** References of the series that this transaction made. */
  readonly created: number[] = [];
  #appendableFrom: number;
  #isOver = false;

  constructor(core: HeadCore, commits: Commits) {
    this.#core = core;
    this.#commits = commits;
    this.pending = core.pendingPool.take();
    this.#appendableFrom = core.appendableFrom;
    core.transactions.add(this);
  }

  seriesRef(labels: Labels): SeriesRef {
    const { series } = this.#core;
    const known = series.find(labels);
    if (known !== 0) return series.ref(known);
    if (labels.size === 0) throw new Error('BUG: a series without labels');
    const slot = this.#core.createSeries(labels);
    const ref = series.ref(slot);
    this.created.push(ref);
    return ref;
  }

  append(ref: SeriesRef, timestampMs: number, value: number): AppendRefusal | undefined {
    if (Number.isNaN(value)) return this.#append(ref, timestampMs, NAN_HIGH, NAN_LOW);
    scratchValue[0] = value;
    return this.#append(ref, timestampMs, scratchWords[1] | 0, scratchWords[0] | 0);
  }

  appendStale(ref: SeriesRef, timestampMs: number): AppendRefusal | undefined {
    return this.#append(ref, timestampMs, STALE_HIGH, STALE_LOW);
  }

  appendExemplar(ref: SeriesRef, { labels, timestampMs, value }: ExemplarToAppend): AppendRefusal | undefined {
    const { exemplars, series } = this.#core;
    if (exemplars.isOff) return undefined;
    if (series.slotOf(ref) === 0) return this.#refuse('unknown_series');
    if (!Number.isInteger(timestampMs) || Math.abs(timestampMs) > MAX_TIME) return this.#refuse('bad_exemplar');
    const exemplar = { ref, labels, timestampMs, value };
    const judgement = exemplars.judge(ref, exemplar);
    if (judgement === 'bad') return this.#refuse('bad_exemplar');
    if (judgement === 'new') this.exemplars.push(exemplar);
    return undefined;
  }

  async commit(): Promise<void> {
    this.#end();
    await this.#commits.commit(this);
  }

  async rollback(): Promise<void> {
    this.#end();
    this.#commits.discard(this);
  }

  #append(ref: number, time: number, high: number, low: number): AppendRefusal | undefined {
    const { series, samples } = this.#core;
    const slot = series.slotOf(ref);
    if (slot === 0) return this.#refuse('unknown_series');
    if (!(time >= this.#appendableFrom && time <= MAX_TIME && time >= -MAX_TIME)) return this.#refuse('out_of_bounds');
    const last = samples.open.lastTime(slot);
    if (time <= last) {
      if (time < last) return this.#refuse('out_of_order');
      const isSame = samples.open.lastHigh(slot) === high && samples.open.lastLow(slot) === low;
      return isSame ? undefined : this.#refuse('duplicate_timestamp');
    }
    if (this.#appendableFrom === -Infinity) this.#begin(time);
    const { pending } = this;
    const at = pending.length;
    if (at === pending.slots.length) pending.reserve(1);
    pending.refs[at] = ref;
    pending.slots[at] = slot;
    pending.timestamps[at] = time;
    pending.words[2 * at] = low;
    pending.words[2 * at + 1] = high;
    pending.length = at + 1;
    return undefined;
  }

  /** The first sample of an empty head says what the time is. */
  #begin(time: number): void {
    this.#appendableFrom = time - this.#core.chunkRangeMs / 2;
  }

  #refuse(reason: AppendRefusal): AppendRefusal {
    this.#core.counts.refused[reason]++;
    return reason;
  }

  #end(): void {
    if (this.#isOver) throw new Error('BUG: the transaction is over');
    this.#isOver = true;
  }
}

function intsOf(bits: bigint): readonly [high: number, low: number] {
  return [Number(BigInt.asIntN(32, bits >> 32n)), Number(BigInt.asIntN(32, bits))];
}
