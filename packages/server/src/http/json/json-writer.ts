import { writeAscii } from './write-number.ts';

/** About what is sent at a time, and what an answer may have without being streamed. */
const CHUNK_BYTES = 64 * 1024;

/** Most answers are short. */
const FIRST_BYTES = 1024;

/**
 * Collects the bytes of a JSON text. Who writes a long one asks `isFull` every few kilobytes, and lets `take` have what
 * there is: see `JsonPart`.
 */
export class JsonWriter {
  readonly #chunkBytes: number;
  #bytes: Buffer;
  #length = 0;

  constructor(chunkBytes: number = CHUNK_BYTES) {
    this.#chunkBytes = chunkBytes;
    this.#bytes = Buffer.allocUnsafe(Math.min(FIRST_BYTES, chunkBytes));
  }

  get isFull(): boolean {
    return this.#length >= this.#chunkBytes;
  }

  /** Text that needs no escape and is ASCII throughout. */
  ascii(text: string): void {
    this.reserve(text.length);
    this.#length = writeAscii(this.#bytes, this.#length, text);
  }

  /** JSON that is ready, whatever characters it has. */
  raw(json: string): void {
    this.reserve(json.length * 3);
    this.#length += this.#bytes.write(json, this.#length, 'utf8');
  }

  /** A value that `JSON.stringify` takes, as a whole: for what is short. */
  value(value: unknown): void {
    const json = JSON.stringify(value);
    if (json === undefined) throw new Error('BUG: a value that JSON does not have');
    this.raw(json);
  }

  /** Room for so many bytes from `length` on in `bytes`, for writers that look after them themselves and say `wrote`. */
  reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + count));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  wroteTo(length: number): void {
    this.#length = length;
  }

  /** What was written since the last time. It belongs to the caller. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.allocUnsafe(this.#chunkBytes);
    this.#length = 0;
    return taken;
  }
}
