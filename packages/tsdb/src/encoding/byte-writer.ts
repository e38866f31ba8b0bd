import { crc32c } from './checksum.ts';

const UINT32 = 0x1_0000_0000;

/**
 * Appends big-endian integers, varints and strings to one growing buffer.
 *
 * Integers are numbers: unsigned ones 0 to 2^53 - 1, signed ones within ±(2^53 - 1); what lies outside breaks an
 * invariant of the caller. Values whose 64 bits matter (floats) go in as two words.
 */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(initialCapacity = 256) {
    this.#buffer = Buffer.allocUnsafe(initialCapacity);
  }

  get length(): number {
    return this.#length;
  }

  /**
   * What was written, without a copy: valid until the next call that changes this writer. It is a Buffer, whose `slice`
   * copies nothing either: use `copy` or `new Uint8Array`.
   */
  view(from = 0): Uint8Array {
    return this.#buffer.subarray(from, this.#length);
  }

  /** A copy of what was written, which the caller owns. */
  copy(): Uint8Array {
    return new Uint8Array(this.view());
  }

  /** Forgets what was written and keeps the buffer. */
  reset(): void {
    this.#length = 0;
  }

  uint8(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  uint16(value: number): void {
    this.#reserve(2);
    this.#length = this.#buffer.writeUInt16BE(value, this.#length);
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#length = this.#buffer.writeUInt32BE(value, this.#length);
  }

  uint64(value: number): void {
    assertUnsigned(value);
    this.words(Math.floor(value / UINT32), value >>> 0);
  }

  /** Two's complement. */
  int64(value: number): void {
    assertSigned(value);
    this.words(Math.floor(value / UINT32) >>> 0, value >>> 0);
  }

  /** 64 bits as two unsigned words, for instance the bits of a float64. */
  words(high: number, low: number): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeUInt32BE(high, this.#length);
    this.#length = this.#buffer.writeUInt32BE(low, this.#length);
  }

  /** Seven bits a byte, lowest first, the top bit set on all bytes but the last: Go's binary.PutUvarint. */
  uvarint(value: number): void {
    assertUnsigned(value);
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest & 0x7f) | 0x80;
      rest = rest < UINT32 ? rest >>> 7 : Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  /** Zigzag (0, -1, 1, -2, …), then uvarint: Go's binary.PutVarint. */
  varint(value: number): void {
    assertSigned(value);
    // Zigzag doubles the value and may leave the safe range, so its lowest seven bits are split off first.
    const folded = value < 0 ? -value - 1 : value;
    const sign = value < 0 ? 1 : 0;
    if (folded < 0x40) {
      this.uint8(folded * 2 + sign);
      return;
    }
    this.uint8(((folded & 0x3f) << 1) | sign | 0x80);
    this.uvarint(Math.floor(folded / 0x40));
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  uvarintBytes(bytes: Uint8Array): void {
    this.uvarint(bytes.length);
    this.bytes(bytes);
  }

  /** UTF-8 bytes, their number in front as a uvarint. */
  uvarintString(text: string): void {
    const byteLength = Buffer.byteLength(text);
    this.uvarint(byteLength);
    this.#reserve(byteLength);
    this.#length += this.#buffer.write(text, this.#length, byteLength, 'utf8');
  }

  zeros(count: number): void {
    this.#reserve(count);
    this.#buffer.fill(0, this.#length, this.#length + count);
    this.#length += count;
  }

  /** The CRC-32C of everything written from position `from` on. */
  crc32c(from: number): void {
    this.uint32(crc32c(this.view(from)));
  }

  /** Overwrites four bytes that were written before, for a length that is known only afterwards. */
  patchUint32(position: number, value: number): void {
    if (position + 4 > this.#length) throw new Error(`BUG: patch at ${position} beyond the end ${this.#length}`);
    this.#buffer.writeUInt32BE(value, position);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

function assertUnsigned(value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`BUG: ${value} is no unsigned integer below 2^53`);
}

function assertSigned(value: number): void {
  if (!Number.isSafeInteger(value)) throw new Error(`BUG: ${value} is no integer within ±2^53`);
}
