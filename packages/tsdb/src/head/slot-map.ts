const PAGE_BITS = 12;
const PAGE_ENTRIES = 1 << PAGE_BITS;

const NO_SLOTS = new Uint32Array(PAGE_ENTRIES);

interface Page {
  readonly slots: Uint32Array;
  used: number;
}

/**
 * The slots of series by their references in the log, which may be any integers below 2^53 but mostly lie close together:
 * pages of 4096 of them, made where they are needed. Slot 0 is none.
 */
export class SlotMap {
  readonly #pages = new Map<number, Page>();
  #recentNumber = -1;
  #recentSlots: Uint32Array = new Uint32Array(PAGE_ENTRIES);

  get(ref: number): number {
    const number = Math.floor(ref / PAGE_ENTRIES);
    if (number !== this.#recentNumber && !this.#turnTo(number)) return 0;
    return this.#recentSlots[ref % PAGE_ENTRIES];
  }

  /** The slots of the first `count` references, into `slots`. */
  getAll(refs: Float64Array, count: number, slots: Uint32Array): void {
    let first = 0;
    let page: Uint32Array | undefined;
    for (let i = 0; i < count; i++) {
      const ref = refs[i];
      if (page === undefined || ref < first || ref >= first + PAGE_ENTRIES) {
        const number = Math.floor(ref / PAGE_ENTRIES);
        first = number * PAGE_ENTRIES;
        page = this.#pages.get(number)?.slots ?? NO_SLOTS;
      }
      slots[i] = page[ref - first];
    }
  }

  set(ref: number, slot: number): void {
    const number = Math.floor(ref / PAGE_ENTRIES);
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = { slots: new Uint32Array(PAGE_ENTRIES), used: 0 };
      this.#pages.set(number, page);
    }
    const at = ref % PAGE_ENTRIES;
    if (page.slots[at] === 0) page.used++;
    page.slots[at] = slot;
  }

  delete(ref: number): void {
    const number = Math.floor(ref / PAGE_ENTRIES);
    const page = this.#pages.get(number);
    const at = ref % PAGE_ENTRIES;
    if (page === undefined || page.slots[at] === 0) return;
    page.slots[at] = 0;
    if (--page.used > 0) return;
    this.#pages.delete(number);
    if (this.#recentNumber === number) this.#recentNumber = -1;
  }

  #turnTo(number: number): boolean {
    const page = this.#pages.get(number);
    if (page === undefined) return false;
    this.#recentNumber = number;
    this.#recentSlots = page.slots;
    return true;
  }
}
