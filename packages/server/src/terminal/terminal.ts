import type { Paint } from './paint.ts';

/** Where the program writes, line by line. */
export interface Terminal {
  /** What the user asked for, and news about it. */
  out(line: string): void;

  /** Why something did not work. */
  err(line: string): void;

  /** Colours for `out`; none where they would only be in the way. */
  readonly paint: Paint;
}
