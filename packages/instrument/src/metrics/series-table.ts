import { InstrumentError } from '../errors.ts';
import { isLabelName, type LabelValues } from './metric.ts';

/** The label value under which everything beyond a cap is counted. */
export const OVERFLOW = 'overflow';

export interface SeriesTableOptions {
  /** Series that this table may hold before it folds further ones into overflow series. */
  readonly maxSeries: number;
  /** The labels that become `overflow` at the cap; all of them when absent. The others must have few values. */
  readonly foldedLabels?: readonly string[];
  /** Called once, with the label values of the first series that found no place. */
  readonly onOverflow: (refused: LabelValues) => void;
}

/**
 * Numbers the label sets of one metric: 0, 1, 2, … in the order they were first seen, never reused. The numbers index the
 * columns in which a metric keeps its values.
 */
export class SeriesTable {
  readonly labelNames: readonly string[];
  #options: SeriesTableOptions;
  #numbers = new Map<string, number>();
  #labels: LabelValues[] = [];
  #overflowed = false;

  constructor(labelNames: readonly string[], options: SeriesTableOptions) {
    for (const name of labelNames) {
      if (!isLabelName(name))
        throw new InstrumentError('invalid_label_name', `"${name}" cannot be the name of a label`);
    }
    if (new Set(labelNames).size !== labelNames.length) {
      throw new InstrumentError('invalid_label_name', `a label is named twice in: ${labelNames.join(', ')}`);
    }
    this.labelNames = labelNames;
    this.#options = options;
  }

  get size(): number {
    return this.#labels.length;
  }

  labelsOf(series: number): LabelValues {
    return this.#labels[series]!;
  }

  /** The series of these label values, in the order of `labelNames`; made at the first sight of them. */
  seriesOf(values: readonly string[]): number {
    const found = this.#numbers.get(keyOf(values));
    if (found !== undefined) return found;
    if (this.size < this.#options.maxSeries || values.length === 0) return this.#add(values);
    return this.#foldedSeries(values);
  }

  clear(): void {
    this.#numbers.clear();
    this.#labels = [];
    this.#overflowed = false;
  }

  #add(values: readonly string[]): number {
    const series = this.#labels.length;
    this.#labels.push(Object.fromEntries(this.labelNames.map((name, i) => [name, values[i]!])));
    this.#numbers.set(keyOf(values), series);
    return series;
  }

  #foldedSeries(values: readonly string[]): number {
    if (!this.#overflowed) {
      this.#overflowed = true;
      this.#options.onOverflow(Object.fromEntries(this.labelNames.map((name, i) => [name, values[i]!])));
    }
    const folded = this.#fold(values, this.#options.foldedLabels ?? this.labelNames);
    const found = this.#numbers.get(keyOf(folded));
    if (found !== undefined) return found;
    if (this.size < 2 * this.#options.maxSeries) return this.#add(folded);
    // Labels that are not folded are few-valued by contract. Should one not be, it is folded after all.
    const overflow = this.#fold(values, this.labelNames);
    return this.#numbers.get(keyOf(overflow)) ?? this.#add(overflow);
  }

  #fold(values: readonly string[], foldedLabels: readonly string[]): readonly string[] {
    return values.map((value, i) => (foldedLabels.includes(this.labelNames[i]!) ? OVERFLOW : value));
  }
}

/** Unambiguous for any strings: every value is preceded by its length. */
function keyOf(values: readonly string[]): string {
  let key = '';
  for (const value of values) key += `${value.length}:${value}`;
  return key;
}
