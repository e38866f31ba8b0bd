import { setImmediate as nextTurn } from 'node:timers/promises';

const DEADLINE_MS = 10_000;

/** Resolves as soon as `isTrue` says so; rejects, saying what was waited for, when that takes too long on any machine. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await nextTurn();
  }
}
