import type { Labels } from '@hearth/model';

/** A list of relabelling rules, ready to run. One after another they see what the rules before them left. */
export interface Relabeler {
  /**
   * The labels as the rules leave them: the very same object where no rule changes anything, and nothing is allocated
   * then. `undefined` where a rule drops them. Where no label is left, they are empty.
   */
  relabel(labels: Labels): Labels | undefined;
}
