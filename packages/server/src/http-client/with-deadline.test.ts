import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { withDeadline } from './with-deadline.ts';

function setUp() {
  const clock = createFakeClock();
  const giveUp = new AbortController();
  const options = { clock, timeoutMs: 100, createError: () => new Error('too late'), signal: giveUp.signal };
  const untilAborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason as Error);
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  return { clock, giveUp, options, untilAborted };
}

test('what is done in time is done', async () => {
  const { clock, options } = setUp();
  expect(await withDeadline(options, async () => 'done')).toBe('done');
  expect(clock.waiting()).toEqual([]);
});

test('what takes too long is told so', async () => {
  const { clock, options, untilAborted } = setUp();
  const running = withDeadline(options, untilAborted);
  clock.advance(100);
  await expect(running).rejects.toThrow('too late');
});

test('what is given up earlier, or beforehand, is told why', async () => {
  const { clock, giveUp, options, untilAborted } = setUp();
  const running = withDeadline(options, untilAborted);
  giveUp.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  await expect(withDeadline(options, untilAborted)).rejects.toThrow('enough');
  expect(clock.waiting()).toEqual([]);
});
