import { LabelError } from '../errors.ts';
import { quoteGo } from '../go-quote.ts';
import { isValidLabelName, isValidMetricName } from './names.ts';
import { compareUtf8 } from './order.ts';

/** The label that holds the metric's name. */
export const METRIC_NAME = '__name__';

export interface Label {
  readonly name: string;
  readonly value: string;
}

/**
 * An immutable set of labels, sorted by name in the order of UTF-8 bytes. An empty value is the same as no label, so
 * none is ever stored. Names are unique and not empty; nothing else is checked here: see `isValidLabelName`.
 */
export class Labels implements Iterable<Label> {
  static readonly empty: Labels = new Labels([]);

  /** name0, value0, name1, value1, … */
  private readonly pairs: readonly string[];
  private cachedKey: string | undefined;

  /** @internal The pairs must already keep the promises above, and are not copied. Use `createLabels`. */
  constructor(pairs: readonly string[]) {
    this.pairs = pairs;
  }

  get size(): number {
    return this.pairs.length / 2;
  }

  nameAt(index: number): string {
    return this.pairs[2 * index];
  }

  valueAt(index: number): string {
    return this.pairs[2 * index + 1];
  }

  /** The value, or `''` where there is no such label, as everywhere in Prometheus. */
  get(name: string): string {
    const { pairs } = this;
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) return pairs[i + 1];
    return '';
  }

  has(name: string): boolean {
    return this.get(name) !== '';
  }

  /** Only the labels with these names. */
  keep(names: ReadonlySet<string>): Labels {
    return this.filter((name) => names.has(name));
  }

  /** All labels but those with these names. */
  without(names: ReadonlySet<string>): Labels {
    return this.filter((name) => !names.has(name));
  }

  /**
   * A string that two label sets share exactly when they are equal: to be the key of a Map. It takes the place of
   * Prometheus' 64-bit hash, which costs a BigInt or two halves in JavaScript and can collide. Not for people.
   *
   * Encoding: names and values joined by NUL. Where one of them has a NUL itself: NUL, then the pairs as JSON; since
   * no name is empty, no other key starts with NUL.
   */
  get key(): string {
    this.cachedKey ??= this.pairs.some((part) => part.includes('\0'))
      ? `\0${JSON.stringify(this.pairs)}`
      : this.pairs.join('\0');
    return this.cachedKey;
  }

  equals(other: Labels): boolean {
    if (this === other) return true;
    const { pairs } = this;
    if (pairs.length !== other.pairs.length) return false;
    for (let i = 0; i < pairs.length; i++) if (pairs[i] !== other.pairs[i]) return false;
    return true;
  }

  /** `{__name__="x", a="b"}`: what Prometheus prints for labels. */
  toString(): string {
    return `{${this.printedPairs().join(', ')}}`;
  }

  /** `x{a="b"}`: what Prometheus prints for a metric. A name outside the legacy set: `{"my.name", a="b"}`. */
  toMetricString(): string {
    const name = this.get(METRIC_NAME);
    const others = this.without(new Set([METRIC_NAME])).printedPairs();
    if (name === '' || isValidMetricName(name, 'legacy')) {
      return others.length === 0 && name !== '' ? name : `${name}{${others.join(', ')}}`;
    }
    return `{${[quoteGo(name), ...others].join(', ')}}`;
  }

  toJSON(): Record<string, string> {
    return Object.fromEntries(Array.from(this, ({ name, value }) => [name, value]));
  }

  *[Symbol.iterator](): Iterator<Label> {
    for (let i = 0; i < this.size; i++) yield { name: this.nameAt(i), value: this.valueAt(i) };
  }

  private filter(isKept: (name: string) => boolean): Labels {
    const { pairs } = this;
    const kept: string[] = [];
    for (let i = 0; i < pairs.length; i += 2) if (isKept(pairs[i])) kept.push(pairs[i], pairs[i + 1]);
    return kept.length === pairs.length ? this : new Labels(kept);
  }

  private printedPairs(): string[] {
    return Array.from(this, ({ name, value }) => {
      const printedName = isValidLabelName(name, 'legacy') ? name : quoteGo(name);
      return `${printedName}=${quoteGo(value)}`;
    });
  }
}

/** Throws a LabelError for an empty name, and for two labels of one name. */
export function createLabels(
  labels: Readonly<Record<string, string>> | Iterable<readonly [name: string, value: string]>,
): Labels {
  const entries = Symbol.iterator in labels ? (labels as Iterable<[string, string]>) : Object.entries(labels);
  const pairs: string[] = [];
  for (const [name, value] of entries) pairs.push(name, value);
  return labelsFromPairs(pairs);
}

/**
 * Labels from name0, value0, name1, value1, … in any order. Takes the array over: don't touch it afterwards. Pairs that
 * are sorted already, such as those of a stored series, cost one pass.
 */
export function labelsFromPairs(pairs: string[]): Labels {
  return new Labels(isCanonical(pairs) ? pairs : canonicalPairs(pairs));
}

/** Sorted, no name twice, no name or value empty. */
function isCanonical(pairs: readonly string[]): boolean {
  let previous = '';
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i];
    if (pairs[i + 1] === '' || compareUtf8(previous, name) >= 0) return false;
    previous = name;
  }
  return true;
}

function canonicalPairs(pairs: readonly string[]): string[] {
  const labels: Label[] = [];
  for (let i = 0; i < pairs.length; i += 2) labels.push({ name: pairs[i], value: pairs[i + 1] });
  labels.sort((a, b) => compareUtf8(a.name, b.name));

  const canonical: string[] = [];
  let previous: string | undefined;
  for (const { name, value } of labels) {
    if (name === '') throw new LabelError('empty_label_name', `label name is empty (its value is ${quoteGo(value)})`);
    if (name === previous) throw new LabelError('duplicate_label_name', `label name ${quoteGo(name)} is not unique`);
    if (value !== '') canonical.push(name, value);
    previous = name;
  }
  return canonical;
}

/** Prometheus' order of series: name, then value, label by label; then the shorter one first. */
export function compareLabels(a: Labels, b: Labels): number {
  const length = Math.min(a.size, b.size);
  for (let i = 0; i < length; i++) {
    const order = compareUtf8(a.nameAt(i), b.nameAt(i)) || compareUtf8(a.valueAt(i), b.valueAt(i));
    if (order !== 0) return order;
  }
  return a.size - b.size;
}
