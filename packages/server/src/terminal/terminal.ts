import type { Paint } from './paint.ts';

/** Where the program writes, line by line. */
export interface Terminal {
  /** What the user asked for, and news about it. */
  out(line: string): void;

  /** Why something did not work. */
  err(line: string): void;

  /**
   * How far long work is, on one line that the next one takes the place of and an empty one removes. It goes to where
   * failures go, so that it is never in the way of what was asked for, and only where somebody watches.
   */
  status(line: string): void;

  /**
   * For whoever writes much: `undefined` while the reader of `out` keeps up, or resolves when it has caught up or gone.
   */
  drained(): Promise<void> | undefined;

  /** Nobody reads what is written to `out` any more. */
  readonly isLost: boolean;

  /** How many columns `out` has; `undefined` where it is no terminal. Asked for again before each use: windows change. */
  readonly width: number | undefined;

  /** Colours for `out`; none where they would only be in the way. */
  readonly paint: Paint;
}
