const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

/** A message that is not what it should be. */
export class ProtoError extends Error {
  override readonly name = 'ProtoError';
}

/**
 * Reads the fields of a protobuf message: `next` tells the number of the one that comes, and then one of the others reads its
 * value; a value that nobody reads is passed over. Throws a ProtoError where the bytes end too early or make no sense.
 */
export class ProtoReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #wireType = -1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** 0 at the end. */
  next(): number {
    if (this.#wireType >= 0) this.#pass();
    if (this.#at >= this.#bytes.length) return 0;
    const tag = Number(this.#varint());
    this.#wireType = tag & 7;
    const field = tag >>> 3;
    if (field === 0) throw new ProtoError('a field has no number');
    return field;
  }

  /** An int64 that fits a double as well as it can. */
  integer(): number {
    this.#take(VARINT);
    return Number(BigInt.asIntN(64, this.#varint()));
  }

  /** Integers of a repeated field, which come one by one or packed. */
  integers(): number[] {
    if (this.#wireType === VARINT) return [this.integer()];
    const packed = new ProtoReader(this.bytes());
    const values: number[] = [];
    while (packed.#at < packed.#bytes.length) values.push(Number(BigInt.asIntN(64, packed.#varint())));
    return values;
  }

  /** A view of a nested message, a text or bytes. */
  bytes(): Uint8Array {
    this.#take(BYTES);
    return this.#slice(Number(this.#varint()));
  }

  text(): string {
    const bytes = this.bytes();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  }

  #take(wireType: number): void {
    if (this.#wireType !== wireType)
      throw new ProtoError(`a field has wire type ${this.#wireType} instead of ${wireType}`);
    this.#wireType = -1;
  }

  #pass(): void {
    switch (this.#wireType) {
      case VARINT:
        this.#varint();
        break;
      case FIXED_64:
        this.#slice(8);
        break;
      case BYTES:
        this.#slice(Number(this.#varint()));
        break;
      case FIXED_32:
        this.#slice(4);
        break;
      default:
        throw new ProtoError(`a field has wire type ${this.#wireType}`);
    }
    this.#wireType = -1;
  }

  #slice(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new ProtoError('the message ends too early');
    const slice = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return slice;
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.#at >= this.#bytes.length) throw new ProtoError('the message ends too early');
      const byte = this.#bytes[this.#at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtoError('an integer is too long');
  }
}
