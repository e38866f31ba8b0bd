import { CorruptionError } from '../encoding/corruption-error.ts';

/** Each is a line for people; whoever needs more looks at the disk. */
const MAX_WARNINGS = 20;

/** What a query could not read: each once, so many at most, then how many more. */
export class Warnings {
  readonly lines: string[] = [];
  readonly #seen = new Set<string>();

  add(line: string): void {
    if (this.#seen.size > MAX_WARNINGS || this.#seen.has(line)) return;
    this.#seen.add(line);
    this.lines.push(this.#seen.size > MAX_WARNINGS ? 'and more that could not be read' : line);
  }

  /** A warning for bytes that are corrupt and for a disk that fails; everything else is thrown. */
  addUnreadable(error: unknown, missing: string): void {
    if (!isUnreadable(error)) throw error;
    this.add(`${error.message}; ${missing}`);
  }
}

/** Whether the error says that stored bytes are corrupt, or that the operating system could not read them. */
export function isUnreadable(error: unknown): error is Error {
  return error instanceof CorruptionError || systemCodeOf(error) !== undefined;
}

/** The code of an error of the operating system, such as ENOSPC. */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}
