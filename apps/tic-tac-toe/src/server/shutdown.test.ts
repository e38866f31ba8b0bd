import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createShutdown, type Shutdown } from './shutdown.ts';

interface Stage {
  readonly shutdown: Shutdown;
  /** What has happened so far, each with the milliseconds since the start. */
  readonly events: readonly string[];
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

function createStage(drainMs: number, close: () => Promise<void>): Stage {
  const events: string[] = [];
  const note = (event: string) => events.push(`${Date.now()} ${event}`);
  const shutdown = createShutdown({
    drainMs,
    close: () => {
      note('close');
      return close();
    },
    exit: (code) => note(`exit ${code}`),
    log: note,
    setTimeout,
  });
  return { shutdown, events };
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

const never = () => new Promise<void>(() => {});

test('drains, closes and exits with 0', async () => {
  const { shutdown, events } = createStage(3000, () => after(200));
  expect(shutdown.isDraining()).toBe(false);
  shutdown.stop('SIGTERM');
  expect(shutdown.isDraining()).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(events).toEqual(['3000 close', '3200 stopped (SIGTERM)', '3200 exit 0']);
});

test('ends after ten seconds, whatever is still open', async () => {
  const { shutdown, events } = createStage(3000, never);
  shutdown.stop('SIGINT');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(events).toEqual(['3000 close', '10000 had not stopped 10 seconds after SIGINT and was ended', '10000 exit 1']);
});

test('ends at once when the same signal comes again', async () => {
  const { shutdown, events } = createStage(3000, () => after(200));
  shutdown.stop('SIGINT');
  await vi.advanceTimersByTimeAsync(1000);
  shutdown.stop('SIGINT');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(events).toEqual(['1000 was ended by a second SIGINT', '1000 exit 1', '3000 close']);
});

test('different signals are one wish to stop', async () => {
  const { shutdown, events } = createStage(0, () => after(200));
  shutdown.stop('SIGINT');
  shutdown.stop('SIGTERM');
  shutdown.stop('parent gone');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(events).toEqual(['0 close', '200 stopped (SIGINT)', '200 exit 0']);
});

test('says why it could not close', async () => {
  const { shutdown, events } = createStage(0, () => Promise.reject(new Error('the door is stuck')));
  shutdown.stop('SIGTERM');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(events).toEqual(['0 close', '0 failed to stop: Error: the door is stuck', '0 exit 1']);
});
