import { compareUtf8, type Labels } from '@hearth/model';

export interface LabelColumns {
  /** The labels that every series has with the same value. */
  readonly common: Labels;
  /** The names of the other labels, in the order of their bytes. */
  readonly names: readonly string[];
}

/** `sets` has one set at least. */
export function findLabelColumns(sets: readonly Labels[]): LabelColumns {
  const [first] = sets;
  const shared = new Set(Array.from(first, ({ name }) => name));
  for (const labels of sets) {
    for (const name of shared) if (labels.get(name) !== first.get(name)) shared.delete(name);
  }
  return { common: first.keep(shared), names: findLabelNames(sets).filter((name) => !shared.has(name)) };
}

/** Every name that one of them has, in the order of their bytes. */
export function findLabelNames(sets: readonly Labels[]): readonly string[] {
  const names = new Set<string>();
  for (const labels of sets) for (const { name } of labels) names.add(name);
  return [...names].toSorted(compareUtf8);
}
