import type { Clock } from '../time/clock.ts';
import type { Child } from './child.ts';

export type StartOutcome =
  /** It listens on this port. */
  | { readonly port: number }
  /** It is gone; a verb phrase says why. */
  | { readonly failure: string };

/** Waits until the process listens or is gone. One that takes longer than `limitMs` is killed. Never rejects. */
export async function untilStarted(
  child: Child,
  { clock, limitMs }: { readonly clock: Clock; readonly limitMs: number },
): Promise<StartOutcome> {
  let isTooSlow = false;
  const limit = clock.after(limitMs, () => {
    isTooSlow = true;
    child.signal('SIGKILL');
  });
  const outcome = await Promise.race([
    child.listening.then((port) => ({ port })),
    child.ended.then(({ how }) => ({
      failure: isTooSlow ? `did not listen within ${limitMs / 1_000} s` : `${how} before it listened`,
    })),
  ]);
  limit.cancel();
  return outcome;
}
