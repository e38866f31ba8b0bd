import { wordsOf } from '@hearth/model';

/**
 * Samples in two growing columns. Only the first `length` entries count. A value's bits are those that were stored,
 * staleness markers and all; look at them through `words` (`isStaleAt` of the model), never through the number.
 *
 * The three arrays are replaced when the buffer grows: hold the buffer, not the arrays.
 */
export class SampleBuffer {
  /** Unix milliseconds. */
  timestamps: Float64Array;
  values: Float64Array;
  /** The memory of `values`: low word, high word. */
  words: Uint32Array;
  length = 0;
  /** Set when a chunk is appended whose times do not rise; whoever sorts them takes it back. */
  hasDisorder = false;

  constructor(capacity = 128) {
    this.timestamps = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.words = wordsOf(this.values);
  }

  /** Makes room for `count` more samples. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.timestamps.length) return;
    const capacity = Math.max(needed, this.timestamps.length * 2);
    const { timestamps, words, length } = this;
    this.timestamps = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.words = wordsOf(this.values);
    this.timestamps.set(timestamps.subarray(0, length));
    this.words.set(words.subarray(0, 2 * length));
  }

  clear(): void {
    this.length = 0;
    this.hasDisorder = false;
  }
}
