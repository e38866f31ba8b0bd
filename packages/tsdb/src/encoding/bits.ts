/**
 * Bit streams: the first bit is the top bit of the first byte; a value of n bits has its top bit first; the last byte
 * is filled up with zero bits.
 */

/** Appends bits to one growing buffer. */
export class BitWriter {
  #bytes: Uint8Array;
  #length = 0;
  /** Bits not yet used in the last byte. */
  #free = 0;

  constructor(initialCapacity: number) {
    this.#bytes = new Uint8Array(initialCapacity);
  }

  /** The bytes begun so far. */
  get byteLength(): number {
    return this.#length;
  }

  /** What was written, without a copy: valid until the next call that changes this writer. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Appends the low `count` bits of `value`, of which there are 1 to 32. */
  bits(value: number, count: number): void {
    let left = count;
    while (left > 0) {
      if (this.#free === 0) this.#begin();
      const taken = left < this.#free ? left : this.#free;
      const part = (value >>> (left - taken)) & ((1 << taken) - 1);
      this.#bytes[this.#length - 1] |= part << (this.#free - taken);
      this.#free -= taken;
      left -= taken;
    }
  }

  /** Appends whole bytes, which start wherever the stream is. */
  bytes(bytes: Uint8Array): void {
    for (const byte of bytes) this.bits(byte, 8);
  }

  /** Overwrites the 16 bits at a byte that was written before. */
  patchUint16(position: number, value: number): void {
    this.#bytes[position] = value >>> 8;
    this.#bytes[position + 1] = value;
  }

  /** Takes over a stream that ends `bitLength` bits into `bytes`; what follows them there must be zero bits. */
  resume(bytes: Uint8Array, bitLength: number): void {
    this.#length = (bitLength + 7) >>> 3;
    this.#free = this.#length * 8 - bitLength;
    if (this.#bytes.length < this.#length) this.#bytes = new Uint8Array(this.#length * 2);
    this.#bytes.set(bytes.subarray(0, this.#length));
  }

  #begin(): void {
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(Math.max(16, this.#length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = 0;
    this.#free = 8;
  }
}

/** Bytes that must be readable behind the last bit that is ever asked for. */
export const BIT_WINDOW_BYTES = 5;

/** The 32 bits that start at bit `position`, as a signed integer: negative when the first of them is set. */
export function bitWindow(view: DataView, position: number): number {
  const byte = position >>> 3;
  const shift = position & 7;
  return (view.getInt32(byte) << shift) | (view.getUint8(byte + 4) >>> (8 - shift));
}
