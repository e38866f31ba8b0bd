const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;

/** Field number and wire type, varint of 64 bits. */
const MAX_VARINT_BYTES = 10;

/** Writes a protobuf message into a buffer that grows. Fields that are zero or empty are not written, as proto3 has it. */
export class ProtoWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 1024) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What is written so far, without a copy: valid until more is written. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** Whole numbers that a double holds exactly; negative ones take ten bytes. */
  integer(field: number, value: number): void {
    if (value === 0) return;
    this.#tag(field, VARINT);
    this.varint(value);
  }

  text(field: number, value: string): void {
    if (value === '') return;
    const length = Buffer.byteLength(value);
    this.#tag(field, BYTES);
    this.varint(length);
    this.#reserve(length);
    this.#length += this.#bytes.write(value, this.#length, 'utf8');
  }

  /** A nested message, also an empty one, or bytes. */
  bytes(field: number, value: Uint8Array): void {
    this.#tag(field, BYTES);
    this.varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** Fields that are written already. */
  append(fields: Uint8Array): void {
    this.#reserve(fields.length);
    this.#bytes.set(fields, this.#length);
    this.#length += fields.length;
  }

  /** A float64 by its two words: the bits of a staleness marker stay. */
  double(field: number, low: number, high: number): void {
    if (low === 0 && high === 0) return;
    this.#tag(field, FIXED_64);
    this.#reserve(8);
    this.#bytes.writeUInt32LE(low, this.#length);
    this.#bytes.writeUInt32LE(high, this.#length + 4);
    this.#length += 8;
  }

  varint(value: number): void {
    this.#reserve(MAX_VARINT_BYTES);
    if (value < 0) {
      let rest = BigInt.asUintN(64, BigInt(value));
      for (; rest >= 0x80n; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      this.#bytes[this.#length++] = Number(rest);
      return;
    }
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
    this.#bytes[this.#length++] = rest;
  }

  #tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + count));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
