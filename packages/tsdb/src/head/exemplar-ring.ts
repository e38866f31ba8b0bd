import type { Labels } from '@hearth/model';
import type { StoredExemplar } from './head.ts';

/** Names and values of an exemplar's labels together have at most so many characters (OpenMetrics). */
const MAX_LABEL_CHARACTERS = 128;

/** An exemplar of a series, by its reference. */
export interface RefExemplar extends StoredExemplar {
  readonly ref: number;
}

/** The newest exemplars of all series together, up to a number of them. */
export class ExemplarRing {
  readonly #capacity: number;
  #ring: (RefExemplar | undefined)[] = [];
  #next = 0;
  readonly #newest = new Map<number, RefExemplar>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get isOff(): boolean {
    return this.#capacity === 0;
  }

  /** Whether an exemplar can be taken; `known` is one that is there already. */
  judge(ref: number, { labels, timestampMs, value }: StoredExemplar): 'new' | 'known' | 'bad' {
    if (characterCount(labels) > MAX_LABEL_CHARACTERS) return 'bad';
    const newest = this.#newest.get(ref);
    if (newest === undefined || timestampMs > newest.timestampMs) return 'new';
    if (timestampMs < newest.timestampMs) return 'bad';
    if (Object.is(value, newest.value) && labels.equals(newest.labels)) return 'known';
    return value < newest.value ? 'bad' : 'new';
  }

  add(exemplar: RefExemplar): void {
    if (this.#capacity === 0) return;
    const gone = this.#ring[this.#next];
    if (gone !== undefined && this.#newest.get(gone.ref) === gone) this.#newest.delete(gone.ref);
    this.#ring[this.#next] = exemplar;
    this.#newest.set(exemplar.ref, exemplar);
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** Forgets the exemplars of series that are gone. */
  removeSeries(refs: ReadonlySet<number>): void {
    if (this.#ring.length === 0 || refs.size === 0) return;
    const kept = [...this.inOrder()].filter(({ ref }) => !refs.has(ref));
    for (const ref of refs) this.#newest.delete(ref);
    this.#ring = kept;
    this.#next = kept.length % this.#capacity;
  }

  /** From the oldest to the newest. */
  *inOrder(): Generator<RefExemplar, void, void> {
    const { length } = this.#ring;
    for (let i = 0; i < length; i++) {
      const exemplar = this.#ring[(this.#next + i) % length];
      if (exemplar !== undefined) yield exemplar;
    }
  }
}

function characterCount(labels: Labels): number {
  let count = 0;
  for (const { name, value } of labels) for (const _ of name + value) count++;
  return count;
}
