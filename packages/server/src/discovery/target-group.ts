import type { Labels } from '@hearth/model';

/** Targets that were found together. */
export interface TargetGroup {
  /** What it came from, for people: a file, a name, a URL. Unique within its discoverer. */
  readonly source: string;
  /** Of each target; `__address__` is where it is. */
  readonly targets: readonly Labels[];
  /** Of all of them, where a target has no such label itself. */
  readonly labels: Labels;
}
