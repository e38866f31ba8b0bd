import { expect, test } from 'vitest';
import { ManualScheduler } from '../testing/manual-scheduler.ts';
import { Throttle } from './throttle.ts';

/** Runs are noted with the time at which they began. */
function setUp(costMs = 0) {
  const scheduler = new ManualScheduler();
  const runs: number[] = [];
  const throttle = new Throttle(async () => {
    runs.push(scheduler.nowMs());
    scheduler.spend(costMs);
  }, scheduler);
  return { scheduler, runs, throttle };
}

test('runs at the next turn of the event loop, not within the call', async () => {
  const { scheduler, runs, throttle } = setUp();
  throttle.ask();
  expect(runs).toEqual([]);
  await scheduler.advance(0);
  expect(runs).toEqual([0]);
});

test('runs once for all who ask before it does', async () => {
  const { scheduler, runs, throttle } = setUp();
  for (let i = 0; i < 100; i++) throttle.ask();
  await scheduler.advance(1000);
  expect(runs).toEqual([0]);
});

test('runs again at the end of the gap of 20 ms', async () => {
  const { scheduler, runs, throttle } = setUp();
  throttle.ask();
  await scheduler.advance(1);
  throttle.ask();
  await scheduler.advance(18);
  expect(runs).toEqual([0]);
  await scheduler.advance(1);
  expect(runs).toEqual([0, 20]);
});

test('runs at once when the gap is over', async () => {
  const { scheduler, runs, throttle } = setUp();
  throttle.ask();
  await scheduler.advance(300);
  throttle.ask();
  await scheduler.advance(0);
  expect(runs).toEqual([0, 300]);
});

test('leaves a gap of fifty times what the last run took, counted from its end', async () => {
  const { scheduler, runs, throttle } = setUp(4);
  throttle.ask();
  await scheduler.advance(0);
  throttle.ask();
  await scheduler.advance(1000);
  expect(runs).toEqual([0, 204]);
});

test('leaves no gap of more than a second', async () => {
  const { scheduler, runs, throttle } = setUp(500);
  throttle.ask();
  await scheduler.advance(0);
  throttle.ask();
  await scheduler.advance(5000);
  expect(runs).toEqual([0, 1500]);
});

test('takes no more than 2 % of the time, however often it is asked', async () => {
  const { scheduler, runs, throttle } = setUp(2);
  const endMs = 10_000;
  while (scheduler.nowMs() < endMs) {
    throttle.ask();
    await scheduler.advance(1);
  }
  expect(runs.length).toBeGreaterThan(90);
  expect(runs.length * 2).toBeLessThanOrEqual(0.02 * endMs);
});

test('may be asked by what it runs', async () => {
  const scheduler = new ManualScheduler();
  let runs = 0;
  const throttle = new Throttle(async () => {
    runs++;
    if (runs < 3) throttle.ask();
  }, scheduler);
  throttle.ask();
  await scheduler.advance(1000);
  expect(runs).toBe(3);
});

test('runs again for who asks while it runs, once', async () => {
  const scheduler = new ManualScheduler();
  const runs: number[] = [];
  const throttle = new Throttle(async () => {
    runs.push(scheduler.nowMs());
    await new Promise<void>((resolve) => void scheduler.after(5, resolve));
  }, scheduler);
  throttle.ask();
  await scheduler.advance(2);
  for (let i = 0; i < 3; i++) throttle.ask();
  await scheduler.advance(2000);
  expect(runs).toEqual([0, 255]);
});
