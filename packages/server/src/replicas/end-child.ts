import type { Clock } from '../time/clock.ts';
import type { Child } from './child.ts';

export interface EndOptions {
  readonly clock: Clock;
  readonly graceMs: number;
  /** Aborted when there is no more time for grace. */
  readonly hurry: AbortSignal;
}

/** Asks the process to end and, when the grace is over, ends it. Resolves when it is gone, with whether it had to be killed. */
export async function endChild(child: Child, { clock, graceMs, hurry }: EndOptions): Promise<{ wasKilled: boolean }> {
  let wasKilled = false;
  const kill = (): void => {
    wasKilled = true;
    child.signal('SIGKILL');
  };
  child.signal('SIGTERM');
  const timer = clock.after(graceMs, kill);
  hurry.addEventListener('abort', kill);
  if (hurry.aborted) kill();
  await child.ended;
  timer.cancel();
  hurry.removeEventListener('abort', kill);
  return { wasKilled };
}
