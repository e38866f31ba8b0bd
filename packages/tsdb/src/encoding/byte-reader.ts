import { isUtf8 } from 'node:buffer';
import { crc32c } from './checksum.ts';
import { type CorruptionCode, CorruptionError } from './corruption-error.ts';

const UINT32 = 0x1_0000_0000;
const EMPTY = new Uint8Array(0);
const MAX_VARINT_BYTES = 10;

/**
 * Takes big-endian integers, varints and strings from bytes, and remembers its first error: from then on every method
 * returns 0, '' or no bytes and the position stays. So a decoder reads all fields of a record and calls `check` once,
 * before it uses any of them. Loops that are driven by a count from the bytes stop when `failure` is set.
 *
 * Integers are numbers. One that does not fit (beyond ±(2^53 - 1)) is an error, never rounded.
 */
export class ByteReader {
  readonly #bytes: Buffer;
  readonly #file: string;
  readonly #base: number;
  #position = 0;
  #failure: CorruptionError | undefined;
  /** For values of which there are many; made with the first of them. */
  #view: DataView | undefined;

  /** `base` is the offset in `file` of the first of `bytes`. The bytes are not copied. */
  constructor(bytes: Uint8Array, file: string, base = 0) {
    this.#bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
    this.#base = base;
  }

  /** All bytes that were given, for loops that read them in their own way; they go on from `position` and `seek`. */
  get given(): Buffer {
    return this.#bytes;
  }

  /** Position in the bytes given. */
  get position(): number {
    return this.#position;
  }

  /** Position in the file, for messages. */
  get offset(): number {
    return this.#base + this.#position;
  }

  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  get failure(): CorruptionError | undefined {
    return this.#failure;
  }

  /** Throws the first error there was. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Records an error found by the caller, with the present offset; an earlier one wins. */
  fail(code: CorruptionCode, reason: string): void {
    this.#failure ??= new CorruptionError({ code, file: this.#file, offset: this.offset, reason });
  }

  uint8(): number {
    return this.#has(1) ? this.#bytes[this.#position++] : 0;
  }

  uint16(): number {
    if (!this.#has(2)) return 0;
    const value = this.#bytes.readUInt16BE(this.#position);
    this.#position += 2;
    return value;
  }

  uint32(): number {
    if (!this.#has(4)) return 0;
    const value = this.#bytes.readUInt32BE(this.#position);
    this.#position += 4;
    return value;
  }

  uint64(): number {
    if (!this.#has(8)) return 0;
    const high = this.#bytes.readUInt32BE(this.#position);
    const low = this.#bytes.readUInt32BE(this.#position + 4);
    return this.#integer(high * UINT32 + low, 8);
  }

  /** Two's complement. */
  int64(): number {
    if (!this.#has(8)) return 0;
    const high = this.#bytes.readInt32BE(this.#position);
    const low = this.#bytes.readUInt32BE(this.#position + 4);
    return this.#integer(high * UINT32 + low, 8);
  }

  /** 64 bits, for instance those of a float64, into `words[2 * index]` (low) and `words[2 * index + 1]` (high). */
  wordsInto(words: Uint32Array, index: number): void {
    if (!this.#has(8)) return;
    const view = this.#view ?? this.#makeView();
    words[2 * index + 1] = view.getUint32(this.#position);
    words[2 * index] = view.getUint32(this.#position + 4);
    this.#position += 8;
  }

  uvarint(): number {
    const first = this.#bytes[this.#position];
    if (first < 0x80 && this.#failure === undefined) {
      this.#position++;
      return first;
    }
    return this.#varint(false);
  }

  varint(): number {
    const first = this.#bytes[this.#position];
    if (first < 0x80 && this.#failure === undefined) {
      this.#position++;
      return first & 1 ? -(first >>> 1) - 1 : first >>> 1;
    }
    return this.#varint(true);
  }

  /** The next `length` bytes, not copied: a Buffer, whose `slice` copies nothing either. */
  bytes(length: number): Uint8Array {
    if (!this.#has(length)) return EMPTY;
    const start = this.#position;
    this.#position += length;
    return this.#bytes.subarray(start, this.#position);
  }

  uvarintBytes(): Uint8Array {
    return this.bytes(this.uvarint());
  }

  /** Bytes that must be UTF-8, their number in front as a uvarint. */
  uvarintString(): string {
    const length = this.uvarint();
    if (!this.#has(length)) return '';
    const start = this.#position;
    const end = start + length;
    const text = this.#bytes.toString('utf8', start, end);
    if (text.includes('\ufffd') && !isUtf8(this.#bytes.subarray(start, end))) {
      this.fail('bad_value', `the ${length} bytes of a string are not UTF-8`);
      return '';
    }
    this.#position = end;
    return text;
  }

  /** Goes to a position in the bytes given, unless there was an error. */
  seek(position: number): void {
    if (this.#failure === undefined) this.#position = position;
  }

  skip(count: number): void {
    if (this.#has(count)) this.#position += count;
  }

  /** Whether nothing but zero bytes follows. Reads nothing. */
  restIsZero(): boolean {
    for (let i = this.#position; i < this.#bytes.length; i++) if (this.#bytes[i] !== 0) return false;
    return true;
  }

  /** Reads four bytes that must be the CRC-32C of the bytes from position `from` up to them. */
  crc32c(from: number): void {
    if (!this.#has(4)) return;
    const actual = crc32c(this.#bytes.subarray(from, this.#position));
    const stored = this.#bytes.readUInt32BE(this.#position);
    if (actual !== stored) {
      this.fail('bad_checksum', `checksum ${hex(stored)} stored, ${hex(actual)} computed`);
      return;
    }
    this.#position += 4;
  }

  #makeView(): DataView {
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    return this.#view;
  }

  #has(count: number): boolean {
    if (this.#failure !== undefined) return false;
    if (count <= this.#bytes.length - this.#position) return true;
    this.fail('truncated', `${count} bytes expected, ${this.remaining} left`);
    return false;
  }

  #integer(value: number, width: number): number {
    if (!Number.isSafeInteger(value)) {
      this.fail('bad_value', 'integer beyond 2^53');
      return 0;
    }
    this.#position += width;
    return value;
  }

  /** Bits 0 to 27 gather in `low`, the rest in `high`, so that no step leaves exact arithmetic before it is checked. */
  #varint(signed: boolean): number {
    if (!this.#has(1)) return 0;
    let low = 0;
    let high = 0;
    let scale = 1;
    for (let width = 1; width <= MAX_VARINT_BYTES; width++) {
      const byte = this.#bytes[this.#position + width - 1];
      if (byte === undefined) {
        this.fail('truncated', 'the bytes end within a varint');
        return 0;
      }
      if (width <= 4) {
        low |= (byte & 0x7f) << (7 * (width - 1));
      } else {
        high += (byte & 0x7f) * scale;
        scale *= 0x80;
      }
      if (byte < 0x80) return this.#joined(high, low, { signed, width });
    }
    this.fail('bad_value', `varint longer than ${MAX_VARINT_BYTES} bytes`);
    return 0;
  }

  #joined(high: number, low: number, form: { readonly signed: boolean; readonly width: number }): number {
    if (!form.signed) return this.#integer(high * 0x1000_0000 + low, form.width);
    const half = high * 0x800_0000 + (low >>> 1);
    return this.#integer(low & 1 ? -half - 1 : half, form.width);
  }
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
