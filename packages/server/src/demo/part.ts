import type { Row } from './row.ts';

/** Something that a demo starts: the sample application, later the program that watches it. */
export interface Part {
  /** Resolves when it can be used. Called once, when the parts before it run. Throws a `HearthError` when it cannot start. */
  start(): Promise<void>;

  /** Its lines in the table. Called when it runs. */
  rows(): readonly Row[];

  /** Something to try with it, shown below the table. Called when it runs. */
  hint?(): Hint | undefined;

  /**
   * Ends everything that `start` began, whether that has not been called, is under way, has failed or is done. Gently,
   * until `hurry` is aborted. Resolves when nothing is left. Never rejects.
   */
  stop(hurry: AbortSignal): Promise<void>;
}

export interface Hint {
  readonly words: string;
  readonly command: string;
}
