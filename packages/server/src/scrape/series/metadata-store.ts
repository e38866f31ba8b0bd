import type { ExpositionParser, MetricType } from '@hearth/model';

export interface MetricMetadata {
  readonly metric: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
}

interface Entry {
  readonly metric: string;
  type: MetricType;
  help: string;
  unit: string;
  /** The line of the layout that it last stood before. */
  line: number;
  /** The change since which no body has it; `undefined` while the last one does. */
  goneSince: number | undefined;
}

/** For so many scrapes a family that is gone is still described. */
const KEPT_SCRAPES = 10;

/** What one target says about more families is left out. */
const MAX_FAMILIES = 100_000;

/** What a target says about its metric families. */
export class MetadataStore {
  readonly #entries = new Map<string, Entry>();
  #scrape = 0;
  #goneCount = 0;
  /** From this line on, what stood there must be seen again. `undefined` while the layout is the last one's. */
  #changedFrom: number | undefined;
  readonly #seen = new Set<Entry>();

  get size(): number {
    return this.#entries.size;
  }

  get byteLength(): number {
    let bytes = 0;
    for (const { help, unit, type } of this.#entries.values()) bytes += help.length + unit.length + type.length;
    return bytes;
  }

  get(metric: string): MetricMetadata | undefined {
    const entry = this.#entries.get(metric);
    return entry && describe(entry);
  }

  *[Symbol.iterator](): Iterator<MetricMetadata> {
    for (const entry of this.#entries.values()) yield describe(entry);
  }

  beginScrape(): void {
    this.#changedFrom = undefined;
    this.#seen.clear();
  }

  /** The lines from this one on are not those of the last scrape. */
  changeFrom(line: number): void {
    this.#changedFrom = line;
  }

  /** Notes what a HELP, TYPE or UNIT line says that stands before a line of the layout. */
  note(parser: ExpositionParser, line: number): void {
    const metric = parser.familyName();
    let entry = this.#entries.get(metric);
    if (entry === undefined) {
      if (this.#entries.size >= MAX_FAMILIES) return;
      entry = { metric, type: 'unknown', help: '', unit: '', line, goneSince: undefined };
      this.#entries.set(metric, entry);
    }
    if (parser.entry === 'help') entry.help = parser.help();
    else if (parser.entry === 'type') entry.type = parser.metricType;
    else entry.unit = parser.unit();
    entry.line = line;
    this.#seen.add(entry);
  }

  /** A scrape was taken. */
  endScrape(): void {
    this.#scrape++;
    if (this.#changedFrom !== undefined) this.#markGone(this.#changedFrom);
    this.#changedFrom = undefined;
    if (this.#goneCount > 0) this.#forget();
  }

  #markGone(changedFrom: number): void {
    this.#goneCount = 0;
    for (const entry of this.#entries.values()) {
      const isThere = this.#seen.has(entry) || (entry.line < changedFrom && entry.goneSince === undefined);
      if (isThere) {
        entry.goneSince = undefined;
      } else {
        entry.goneSince ??= this.#scrape;
        this.#goneCount++;
      }
    }
    this.#seen.clear();
  }

  #forget(): void {
    for (const [metric, { goneSince }] of this.#entries) {
      if (goneSince === undefined || this.#scrape - goneSince < KEPT_SCRAPES) continue;
      this.#entries.delete(metric);
      this.#goneCount--;
    }
  }
}

function describe({ metric, type, help, unit }: Entry): MetricMetadata {
  return { metric, type, help, unit };
}
