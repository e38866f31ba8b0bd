import { expect, test } from 'vitest';
import { createPace } from './node-pace.ts';

test('work goes on for five milliseconds, then rests, and the next slice starts after the rest', async () => {
  let now = 0;
  let rests = 0;
  const pace = createPace({
    now: () => now,
    rest: async () => {
      rests++;
      now += 100;
    },
  });
  const trace: string[] = [];
  for (let step = 0; step < 12; step++) {
    now += 1;
    const rest = pace();
    if (rest === undefined) continue;
    await rest;
    trace.push(`${step}:${now}`);
  }
  expect([rests, trace]).toEqual([2, ['4:105', '9:210']]);
});

test('a rest lets other work of the event loop run', async () => {
  const pace = createPace();
  let isTurn = false;
  setImmediate(() => {
    isTurn = true;
  });
  const giveUp = performance.now() + 5_000;
  while (!isTurn && performance.now() < giveUp) {
    const rest = pace();
    if (rest !== undefined) await rest;
  }
  expect(isTurn).toBe(true);
});
