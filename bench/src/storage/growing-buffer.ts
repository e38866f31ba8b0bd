/** Bytes that come in pieces, in memory that is used again. */
export class GrowingBuffer {
  #memory = new Uint8Array(1 << 16);
  #length = 0;
  /** On all of the memory, beyond what was appended too; another one after the memory has grown. */
  view = new DataView(this.#memory.buffer);

  clear(): void {
    this.#length = 0;
  }

  append(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#memory.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.#memory.length));
      grown.set(this.#memory.subarray(0, this.#length));
      this.#memory = grown;
      this.view = new DataView(grown.buffer);
    }
    this.#memory.set(piece, this.#length);
    this.#length = length;
  }

  /** What was appended since `clear`. Good until the next `append`. */
  bytes(): Uint8Array {
    return this.#memory.subarray(0, this.#length);
  }
}
