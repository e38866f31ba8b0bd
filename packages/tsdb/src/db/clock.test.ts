import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';

/** Timers that keep this process alive. */
function timerCount(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

test('a timer keeps the process alive only if it is asked to', () => {
  const before = timerCount();
  const cancelQuiet = systemClock.after(60_000, () => {});
  expect(timerCount()).toBe(before);
  const cancel = systemClock.after(60_000, () => {}, { keepsAlive: true });
  expect(timerCount()).toBe(before + 1);
  cancel();
  cancelQuiet();
  expect(timerCount()).toBe(before);
});
