import { writeTimestamp } from './write-number.ts';

/** `[-9223372036854775.807,"` */
const MAX_BYTES = 32;

/** Range queries have up to this many points; longer series are raw samples, which have times of their own. */
const MAX_KEPT = 11_001;

/**
 * How points begin: `[1435781451.781,"`, that of point `i` from `offsets[i - base]` up to `offsets[i - base + 1]`. The series
 * of a range query share their array of times: those of the last array are kept, and so printed once for all series.
 */
export class PointTexts {
  bytes: Uint8Array = new Uint8Array(0);
  offsets: Uint32Array = new Uint32Array(1);
  base = 0;
  #timestamps: Float64Array | undefined;

  /** Makes the texts of these points ready, and perhaps of others. */
  prepare(timestamps: Float64Array, from: number, to: number): void {
    if (this.#timestamps === timestamps) return;
    if (timestamps.length > MAX_KEPT) {
      this.#timestamps = undefined;
      this.#print(timestamps, from, to);
    } else {
      this.#timestamps = timestamps;
      this.#print(timestamps, 0, timestamps.length);
    }
  }

  #print(timestamps: Float64Array, from: number, to: number): void {
    const count = to - from;
    if (this.bytes.length < count * MAX_BYTES) this.bytes = new Uint8Array(count * MAX_BYTES);
    if (this.offsets.length <= count) this.offsets = new Uint32Array(count + 1);
    this.base = from;
    const { bytes, offsets } = this;
    let end = 0;
    for (let i = 0; i < count; i++) {
      offsets[i] = end;
      bytes[end++] = 0x5b;
      end = writeTimestamp(bytes, end, timestamps[from + i]);
      bytes[end++] = 0x2c;
      bytes[end++] = 0x22;
    }
    offsets[count] = end;
  }
}
