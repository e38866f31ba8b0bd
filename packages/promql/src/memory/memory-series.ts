import { copyValueAt, type Labels, wordsOf, writeStaleAt, writeValueAt } from '@hearth/model';
import { MemoryStorageError } from './memory-storage.ts';

const FIRST_CAPACITY = 16;

/** The samples of one series in columns that grow; values are kept bit for bit. */
export class MemorySeries {
  readonly labels: Labels;
  #size = 0;
  #timestamps = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #words = wordsOf(this.#values);

  constructor(labels: Labels) {
    this.labels = labels;
  }

  append(timestampMs: number, value: number): void {
    this.#append(timestampMs, () => writeValueAt(this.#values, this.#words, this.#size, value));
  }

  appendStale(timestampMs: number): void {
    this.#append(timestampMs, () => writeStaleAt(this.#words, this.#size));
  }

  /** The positions of the samples between two times, both included: from `start` up to, not including, `end`. */
  find(startMs: number, endMs: number): { readonly start: number; readonly end: number } {
    return { start: this.#firstFrom(startMs), end: this.#firstFrom(endMs, { isAfter: true }) };
  }

  copy(
    range: { readonly start: number; readonly end: number },
    target: { readonly timestamps: Float64Array; readonly values: Float64Array; readonly at: number },
  ): void {
    target.timestamps.set(this.#timestamps.subarray(range.start, range.end), target.at);
    target.values.set(this.#values.subarray(range.start, range.end), target.at);
  }

  #append(timestampMs: number, write: () => void): void {
    const last = this.#size - 1;
    if (last >= 0 && timestampMs < this.#timestamps[last]) throw this.#refusal('out_of_order', timestampMs);
    if (this.#size === this.#timestamps.length) this.#grow();
    write();
    if (last >= 0 && timestampMs === this.#timestamps[last]) {
      if (!this.#hasSameValue(last, this.#size)) throw this.#refusal('duplicate_timestamp', timestampMs);
      return;
    }
    this.#timestamps[this.#size] = timestampMs;
    this.#size++;
  }

  #refusal(code: 'out_of_order' | 'duplicate_timestamp', timestampMs: number): MemoryStorageError {
    const what = code === 'out_of_order' ? 'is not later than the last one' : 'has another value than the one before';
    return new MemoryStorageError(code, `${this.labels.toMetricString()}: the sample at ${timestampMs} ms ${what}`);
  }

  #hasSameValue(a: number, b: number): boolean {
    const words = this.#words;
    return words[2 * a] === words[2 * b] && words[2 * a + 1] === words[2 * b + 1];
  }

  #grow(): void {
    const timestamps = new Float64Array(2 * this.#timestamps.length);
    timestamps.set(this.#timestamps);
    const values = new Float64Array(timestamps.length);
    const words = wordsOf(values);
    for (let i = 0; i < this.#size; i++) copyValueAt(words, i, this.#words, i);
    this.#timestamps = timestamps;
    this.#values = values;
    this.#words = words;
  }

  #firstFrom(timestampMs: number, { isAfter = false } = {}): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const t = this.#timestamps[middle];
      if (t < timestampMs || (isAfter && t === timestampMs)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
