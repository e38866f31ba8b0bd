import { wordsOf } from '@hearth/model';
import { SampleBuffer } from '../../chunk/sample-buffer.ts';
import { NORMAL_NAN_HIGH, NORMAL_NAN_LOW } from '../../encoding/float-bits.ts';

/**
 * Samples of many series: a column of series references beside those of a SampleBuffer. References are integers, exact
 * below 2^53. A NaN keeps its bits only when it is copied as words.
 */
export class WalSamples extends SampleBuffer {
  refs: Float64Array;

  constructor(capacity = 128) {
    super(capacity);
    this.refs = new Float64Array(capacity);
  }

  /** Samples in columns that somebody else owns: full, and not to be appended to. */
  static over(
    refs: Float64Array<ArrayBuffer>,
    timestamps: Float64Array<ArrayBuffer>,
    values: Float64Array<ArrayBuffer>,
  ) {
    const samples = new WalSamples(0);
    samples.refs = refs;
    samples.timestamps = timestamps;
    samples.values = values;
    samples.words = wordsOf(values);
    samples.length = refs.length;
    return samples;
  }

  override reserve(count: number): void {
    super.reserve(count);
    if (this.refs.length === this.timestamps.length) return;
    const { refs, length } = this;
    this.refs = new Float64Array(this.timestamps.length);
    this.refs.set(refs.subarray(0, length));
  }

  /** Any NaN is stored as the one that is a value; for the staleness marker there is `pushWords`. */
  push(ref: number, timestampMs: number, value: number): void {
    if (Number.isNaN(value)) {
      this.pushWords(ref, timestampMs, NORMAL_NAN_HIGH, NORMAL_NAN_LOW);
      return;
    }
    const index = this.#added(ref, timestampMs);
    this.values[index] = value;
  }

  pushWords(ref: number, timestampMs: number, high: number, low: number): void {
    const index = this.#added(ref, timestampMs);
    this.words[2 * index] = low;
    this.words[2 * index + 1] = high;
  }

  /** Appends sample `index` of `source`. */
  pushFrom(source: WalSamples, index: number): void {
    const { refs, timestamps, words } = source;
    this.pushWords(refs[index], timestamps[index], words[2 * index + 1], words[2 * index]);
  }

  #added(ref: number, timestampMs: number): number {
    const index = this.length;
    this.reserve(1);
    this.refs[index] = ref;
    this.timestamps[index] = timestampMs;
    this.length = index + 1;
    return index;
  }
}
