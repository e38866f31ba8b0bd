import { setTimeout as pause } from 'node:timers/promises';

const INTERVAL_MS = 20;

/**
 * Asks again and again until there is an answer, which it resolves with. Rejects with what `ask` throws, and when the time
 * is over.
 */
export async function until<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  { limitMs = 30_000 }: { readonly limitMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await pause(INTERVAL_MS);
  }
}
