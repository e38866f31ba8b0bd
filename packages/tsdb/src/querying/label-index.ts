/**
 * Which series have which labels, in the head or in a block. Series go by numbers that are valid within it; lists of
 * them are ascending, without repetition, and belong to whoever asked.
 */
export interface LabelIndex {
  /** Names of labels that some series has, sorted (`compareUtf8`). */
  labelNames(): Promise<readonly string[]>;
  /** Values of a label, likewise; empty for a name that no series has. */
  labelValues(name: string): Promise<readonly string[]>;
  /** For each of `values` the series that have it. Sorted values may be found faster. */
  postings(name: string, values: readonly string[]): Promise<readonly Uint32Array[]>;
  allPostings(): Promise<Uint32Array>;
}
