const FIRST_CAPACITY = 1 << 14;

/** Bytes that arrive in pieces, gathered one behind the other, in memory that can be used again. */
export class BodyBuffer {
  #bytes = Buffer.allocUnsafe(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get capacity(): number {
    return this.#bytes.length;
  }

  clear(): void {
    this.#length = 0;
  }

  append(piece: Uint8Array): void {
    this.reserve(this.#length + piece.length);
    this.#bytes.set(piece, this.#length);
    this.#length += piece.length;
  }

  /** Makes room for so many bytes in all. */
  reserve(capacity: number): void {
    if (capacity <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(capacity, 2 * this.#bytes.length, FIRST_CAPACITY));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  /** A view that is good until the next change. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
