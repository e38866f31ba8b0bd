import { Labels, LabelsBuilder } from '@hearth/model';

/** Labels that a run of rules is at work on. Serves one run after another, and allocates nothing before the first change. */
export class LabelDraft {
  #base: Labels = Labels.empty;
  #changed: LabelsBuilder | undefined;

  start(base: Labels): void {
    this.#base = base;
    this.#changed = undefined;
  }

  get(name: string): string {
    return (this.#changed ?? this.#base).get(name);
  }

  /** An empty value deletes the label. */
  set(name: string, value: string): void {
    if (this.get(name) === value) return;
    this.#changed ??= new LabelsBuilder(this.#base);
    this.#changed.set(name, value);
  }

  /**
   * Visits the labels as they are when this is called, whatever the visitor changes: first those of the base that
   * no rule has touched, by name, then the others in the order of their first change.
   */
  forEach(visit: (name: string, value: string) => void): void {
    if (this.#changed) {
      this.#changed.forEach(visit);
      return;
    }
    const base = this.#base;
    for (let i = 0; i < base.size; i++) visit(base.nameAt(i), base.valueAt(i));
  }

  finish(): Labels {
    return this.#changed?.build() ?? this.#base;
  }
}
