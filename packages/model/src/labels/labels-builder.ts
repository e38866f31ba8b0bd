import { Labels, labelsFromPairs } from './labels.ts';

/**
 * Collects changes to a label set. The last change to a name wins; the base is never touched. Methods return the
 * builder, so changes chain: `new LabelsBuilder(base).del('le').set('job', 'x').build()`.
 */
export class LabelsBuilder {
  private readonly base: Labels;
  /** New value by name; an empty value deletes. */
  private readonly changes = new Map<string, string>();

  constructor(base: Labels = Labels.empty) {
    this.base = base;
  }

  get(name: string): string {
    return this.changes.get(name) ?? this.base.get(name);
  }

  /** An empty value deletes the label. */
  set(name: string, value: string): this {
    this.changes.set(name, value);
    return this;
  }

  del(...names: readonly string[]): this {
    for (const name of names) this.changes.set(name, '');
    return this;
  }

  /** Deletes every label set so far but those with these names. */
  keep(names: ReadonlySet<string>): this {
    for (const { name } of this.base) if (!names.has(name)) this.changes.set(name, '');
    for (const name of this.changes.keys()) if (!names.has(name)) this.changes.set(name, '');
    return this;
  }

  /** Deletes the labels with these names. */
  without(names: ReadonlySet<string>): this {
    return this.del(...names);
  }

  /**
   * Visits the labels as they are when this is called, whatever the visitor changes: first those of the base that were
   * not touched, by name, then the others in the order of their first change.
   */
  forEach(visit: (name: string, value: string) => void): void {
    const changes = [...this.changes];
    const untouched = Array.from(this.base).filter(({ name }) => !this.changes.has(name));
    for (const { name, value } of untouched) visit(name, value);
    for (const [name, value] of changes) if (value !== '') visit(name, value);
  }

  /** The base itself where nothing was changed. */
  build(): Labels {
    if (this.changes.size === 0) return this.base;
    const pairs: string[] = [];
    for (let i = 0; i < this.base.size; i++) {
      const name = this.base.nameAt(i);
      if (!this.changes.has(name)) pairs.push(name, this.base.valueAt(i));
    }
    for (const [name, value] of this.changes) if (value !== '') pairs.push(name, value);
    return labelsFromPairs(pairs);
  }
}
