/**
 * Memory for the chunks that series are being appended to: segments of 64 bytes, of which a chunk has a chain. Chunks of many
 * series grow at the same time; from blocks of rising sizes each size would keep what it once needed.
 *
 *     words 0 to 14    data
 *     word 15          address of the next segment of the chain; of a free segment, of the next free one
 *
 * An address is the number of a word; segments begin at multiples of 16. 0 is no address.
 */
const SEGMENT_WORDS = 16;
const LINK = SEGMENT_WORDS - 1;
const SLAB_BITS = 16;
const SLAB_WORDS = 1 << SLAB_BITS;
const IN_SLAB = SLAB_WORDS - 1;

export class ChunkMemory {
  readonly #slabs: Uint32Array[] = [];
  #freeHead = 0;
  #freshAt = 0;
  #used = 0;

  get bytesUsed(): number {
    return this.#used * SEGMENT_WORDS * 4;
  }

  get bytesReserved(): number {
    return this.#slabs.length * SLAB_WORDS * 4;
  }

  /** A segment that is the end of a chain. */
  allocate(): number {
    this.#used++;
    const free = this.#freeHead;
    if (free !== 0) {
      const slab = this.#slabs[free >>> SLAB_BITS];
      this.#freeHead = slab[(free & IN_SLAB) + LINK];
      slab[(free & IN_SLAB) + LINK] = 0;
      return free;
    }
    if ((this.#freshAt & IN_SLAB) === 0) {
      this.#slabs.push(new Uint32Array(SLAB_WORDS));
      if (this.#freshAt === 0) this.#freshAt = SEGMENT_WORDS;
    }
    const fresh = this.#freshAt;
    this.#freshAt += SEGMENT_WORDS;
    return fresh;
  }

  /** Writes a word and returns where the next one goes; the chain grows where the segment ends. */
  write(address: number, word: number): number {
    const slab = this.#slabs[address >>> SLAB_BITS];
    slab[address & IN_SLAB] = word;
    const next = address + 1;
    if ((next & LINK) !== LINK) return next;
    const segment = this.allocate();
    slab[next & IN_SLAB] = segment;
    return segment;
  }

  /** Copies the first `count` words of a chain, most significant byte first. */
  copyTo(target: DataView, first: number, count: number): void {
    let segment = first;
    let done = 0;
    while (done < count) {
      const slab = this.#slabs[segment >>> SLAB_BITS];
      const start = segment & IN_SLAB;
      const end = Math.min(count, done + LINK);
      for (let at = start; done < end; at++, done++) target.setUint32(done * 4, slab[at]);
      segment = slab[start + LINK];
    }
  }

  /** Frees a whole chain. */
  free(first: number): void {
    let segment = first;
    while (segment !== 0) {
      const slab = this.#slabs[segment >>> SLAB_BITS];
      const link = (segment & IN_SLAB) + LINK;
      const next = slab[link];
      slab[link] = this.#freeHead;
      this.#freeHead = segment;
      this.#used--;
      segment = next;
    }
  }
}
