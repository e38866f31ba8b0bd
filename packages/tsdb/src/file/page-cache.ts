import { assertWithin, type ByteSource } from './byte-source.ts';

const DEFAULT_PAGE_BYTES = 32 * 1024;
/** Longer pieces are read as they are and not kept: they would push out many pages. */
const CACHED_PAGES_AT_ONCE = 4;

/** Marks are for so many bytes each: most records are longer. */
const MARKED_BYTES = 16;

/** Part of a file in memory. */
export class Page {
  /** The page begins here in its file. */
  readonly offset: number;
  bytes: Buffer;
  /** @internal For the cache: asked for since the hand of the clock came by. */
  used = true;
  /** @internal */
  readonly owner: Map<number, Page>;
  /** @internal */
  readonly number: number;
  /** For each 16 bytes: where in them the last record begins that was noted, counted from 1. */
  #marks: Uint8Array | undefined;

  constructor(
    owner: Map<number, Page>,
    place: { readonly number: number; readonly offset: number; readonly bytes: Buffer },
  ) {
    this.owner = owner;
    this.number = place.number;
    this.offset = place.offset;
    this.bytes = place.bytes;
  }

  /** Whether the record that begins at this byte of the page was noted; it may have been forgotten. */
  isVerified(start: number): boolean {
    return this.#marks?.[Math.floor(start / MARKED_BYTES)] === (start % MARKED_BYTES) + 1;
  }

  /** The record that begins at this byte, all of it in this page, has the checksum that is stored with it. */
  noteVerified(start: number): void {
    this.#marks ??= new Uint8Array(Math.ceil(this.bytes.length / MARKED_BYTES));
    this.#marks[Math.floor(start / MARKED_BYTES)] = (start % MARKED_BYTES) + 1;
  }
}

/**
 * Pages of files, for all blocks together: `budgetBytes` is what their bytes take at most, however much is stored. When it
 * is used up, a page goes that was not asked for lately (a clock with one hand). Each page is fetched once, however many
 * ask for it at the same time.
 */
export class PageCache {
  readonly pageBytes: number;
  readonly #capacity: number;
  readonly #ring: Page[] = [];
  #hand = 0;

  constructor(options: { readonly budgetBytes: number; readonly pageBytes?: number }) {
    this.pageBytes = options.pageBytes ?? DEFAULT_PAGE_BYTES;
    this.#capacity = Math.max(1, Math.floor(options.budgetBytes / this.pageBytes));
  }

  /** The pages of `source`, which belongs to the result from now on. */
  open(source: ByteSource): PagedFile {
    return new PagedFile(this, source);
  }

  /** @internal For PagedFile. */
  keep(page: Page): void {
    page.owner.set(page.number, page);
    if (this.#ring.length < this.#capacity) {
      this.#ring.push(page);
      return;
    }
    const slot = this.#freeSlot();
    const gone = this.#ring[slot];
    if (gone.owner.get(gone.number) === gone) gone.owner.delete(gone.number);
    this.#ring[slot] = page;
  }

  #freeSlot(): number {
    for (;;) {
      const slot = this.#hand;
      this.#hand = (slot + 1) % this.#ring.length;
      if (!this.#ring[slot].used) return slot;
      this.#ring[slot].used = false;
    }
  }
}

/**
 * A file read through a page cache. Views are of pages that others read too: not to be written to. They stay valid
 * when the cache lets the page go.
 */
export class PagedFile {
  readonly #cache: PageCache;
  readonly #source: ByteSource;
  readonly #pages = new Map<number, Page>();
  readonly #loading = new Map<number, Promise<Page>>();
  #isClosed = false;

  /** @internal Use `PageCache.open`. */
  constructor(cache: PageCache, source: ByteSource) {
    this.#cache = cache;
    this.#source = source;
  }

  get name(): string {
    return this.#source.name;
  }

  /** May grow, from one multiple of `pageBytes` to another. */
  get size(): number {
    return this.#source.size;
  }

  /**
   * The bytes if they are in memory: a copy where they lie in several pages. Bytes outside of the file are a
   * `CorruptionError`, here as in `view`.
   */
  tryView(offset: number, length: number): Uint8Array | undefined {
    assertWithin(this, offset, length);
    const page = this.tryPage(offset);
    if (page === undefined) return undefined;
    const start = offset - page.offset;
    if (start + length <= page.bytes.length) return page.bytes.subarray(start, start + length);
    return this.#tryGather(offset, length);
  }

  /** The page that holds the byte at `offset`, if it is in memory. */
  tryPage(offset: number): Page | undefined {
    const page = this.#pages.get(Math.floor(offset / this.#cache.pageBytes));
    if (page !== undefined) page.used = true;
    return page;
  }

  /** The bytes. What is in memory comes without leaving this turn of the event loop: loops must pace themselves. */
  async view(offset: number, length: number): Promise<Uint8Array> {
    const present = this.tryView(offset, length);
    if (present !== undefined) return present;
    const { pageBytes } = this.#cache;
    const first = Math.floor(offset / pageBytes);
    const last = Math.floor((offset + Math.max(length, 1) - 1) / pageBytes);
    if (last - first >= CACHED_PAGES_AT_ONCE) return this.#source.read(offset, length);

    const numbers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const pages = await Promise.all(numbers.map((number) => this.#page(number)));
    const start = offset - first * pageBytes;
    if (pages.length === 1) return pages[0].bytes.subarray(start, start + length);
    return gather(pages, start, length);
  }

  /** Bytes that the caller owns, read past the cache: for what is asked for once. */
  read(offset: number, length: number): Promise<Buffer> {
    return this.#source.read(offset, length);
  }

  /** Waits for reads under way. Afterwards nothing can be read. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const page of this.#pages.values()) {
      page.used = false;
      page.bytes = Buffer.alloc(0);
    }
    this.#pages.clear();
    await this.#source.close();
  }

  #tryGather(offset: number, length: number): Uint8Array | undefined {
    const { pageBytes } = this.#cache;
    const first = Math.floor(offset / pageBytes);
    const last = Math.floor((offset + length - 1) / pageBytes);
    if (last - first >= CACHED_PAGES_AT_ONCE) return undefined;
    const pages: Page[] = [];
    for (let number = first; number <= last; number++) {
      const page = this.tryPage(number * pageBytes);
      if (page === undefined) return undefined;
      pages.push(page);
    }
    return gather(pages, offset - first * pageBytes, length);
  }

  async #page(number: number): Promise<Page> {
    return this.#pages.get(number) ?? this.#load(number);
  }

  #load(number: number): Promise<Page> {
    const loading = this.#loading.get(number);
    if (loading !== undefined) return loading;
    const fresh = this.#fetch(number).finally(() => this.#loading.delete(number));
    this.#loading.set(number, fresh);
    return fresh;
  }

  async #fetch(number: number): Promise<Page> {
    const { pageBytes } = this.#cache;
    const offset = number * pageBytes;
    const bytes = await this.#source.read(offset, Math.min(pageBytes, this.size - offset));
    const page = new Page(this.#pages, { number, offset, bytes });
    if (!this.#isClosed) this.#cache.keep(page);
    return page;
  }
}

/** A copy of bytes that lie in pages one after the other: `start` is counted from the first of them. */
function gather(pages: readonly Page[], start: number, length: number): Buffer {
  const gathered = Buffer.allocUnsafeSlow(length);
  let from = start;
  let done = 0;
  for (const { bytes } of pages) {
    done += bytes.copy(gathered, done, from);
    from = 0;
  }
  return gathered;
}
