import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClientWindows } from './client-windows.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

function createWindows(startMs = 1_767_225_600_000) {
  const clock = { nowMs: startMs };
  const windows = new ClientWindows(() => clock.nowMs);
  return { clock, windows };
}

describe('ClientWindows', () => {
  it('knows nothing before it is told a limit', () => {
    const { windows } = createWindows();
    expect([windows.remaining, windows.limit]).toEqual([undefined, undefined]);
    windows.setLimit(10);
    expect([windows.remaining, windows.limit]).toEqual([10, 10]);
  });

  it('shows the client with the least left', () => {
    const { windows } = createWindows();
    windows.observe({ remaining: 7, limit: 10, endsInMs: MINUTE });
    windows.observe({ remaining: 3, limit: 10, endsInMs: 10 * SECOND });
    windows.observe({ remaining: 5, limit: 10, endsInMs: 30 * SECOND });
    expect(windows.remaining).toBe(3);
  });

  it('goes on to the next client when the window of the nearest ends', () => {
    const { clock, windows } = createWindows();
    windows.observe({ remaining: 7, limit: 10, endsInMs: MINUTE });
    windows.observe({ remaining: 3, limit: 10, endsInMs: 10 * SECOND });
    clock.nowMs += 10 * SECOND - 1;
    expect(windows.remaining).toBe(3);
    clock.nowMs += 1;
    expect(windows.remaining).toBe(7);
    clock.nowMs += 50 * SECOND;
    expect(windows.remaining).toBe(10);
    expect(windows.size).toBe(0);
  });

  it('shows the limit of the nearest client, and the last one when there is none', () => {
    const { clock, windows } = createWindows();
    windows.observe({ remaining: 9, limit: 10, endsInMs: MINUTE });
    windows.observe({ remaining: 99, limit: 100, endsInMs: MINUTE });
    expect([windows.remaining, windows.limit]).toEqual([9, 10]);
    clock.nowMs += MINUTE;
    expect([windows.remaining, windows.limit]).toEqual([100, 100]);
  });

  it('forgets clients but not the limit', () => {
    const { windows } = createWindows();
    windows.observe({ remaining: 9, limit: 10, endsInMs: MINUTE });
    windows.clear();
    expect([windows.remaining, windows.limit]).toEqual([10, 10]);
  });

  it('keeps a window that never ends', () => {
    const { clock, windows } = createWindows();
    windows.observe({ remaining: 4, limit: 10, endsInMs: Number.POSITIVE_INFINITY });
    clock.nowMs += 1e15;
    expect(windows.remaining).toBe(4);
  });

  it('keeps nothing of windows that have ended, even if nobody looks', () => {
    const { clock, windows } = createWindows();
    for (let remaining = 0; remaining < 100; remaining++) {
      clock.nowMs += 2 * MINUTE;
      windows.observe({ remaining, limit: 100, endsInMs: MINUTE });
    }
    expect(windows.size).toBe(1);
  });

  it('takes less than nothing for nothing', () => {
    const { windows } = createWindows();
    windows.observe({ remaining: -5, limit: 10, endsInMs: MINUTE });
    expect(windows.remaining).toBe(0);
  });

  it.each([
    ['an end that is past', { remaining: 1, endsInMs: 0 }],
    ['an end that is no number', { remaining: 1, endsInMs: Number.NaN }],
    ['a rest that is no number', { remaining: Number.NaN, endsInMs: MINUTE }],
    ['a rest that is missing', { remaining: undefined as never, endsInMs: MINUTE }],
    ['a limit that is no number', { remaining: Number.NaN, limit: 'many' as never, endsInMs: MINUTE }],
    ['a limit below 0', { remaining: Number.NaN, limit: -1, endsInMs: MINUTE }],
  ])('ignores %s', (_, window) => {
    const { windows } = createWindows();
    windows.setLimit(10);
    windows.observe(window);
    expect([windows.remaining, windows.limit]).toEqual([10, 10]);
  });

  it.each([
    ['the next second', 500, 1000],
    ['the second within a minute', 59_001, 60_000],
    ['two seconds within two minutes', 61_000, 62_000],
    ['a minute within an hour', 59 * MINUTE + 1, 59 * MINUTE + 44 * SECOND],
  ])('rounds the end of a window up to %s', (_, endsInMs, shownForMs) => {
    const { clock, windows } = createWindows(0);
    windows.observe({ remaining: 1, limit: 2, endsInMs });
    clock.nowMs = shownForMs - 1;
    expect(windows.remaining).toBe(1);
    clock.nowMs = shownForMs;
    expect(windows.remaining).toBe(2);
  });

  const observation = fc.record({
    afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 90_000 })),
    remaining: fc.integer({ min: 0, max: 2000 }),
    endsInMs: fc.oneof(fc.integer({ min: 1, max: 2 * MINUTE }), fc.integer({ min: 1, max: 2 * HOUR })),
  });

  it('never shows more than there is, nor any client for long after its window', () => {
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 200 }), (observations) => {
        const { clock, windows } = createWindows();
        const seen: { remaining: number; endsAtMs: number; latenessMs: number }[] = [];
        for (const { afterMs, remaining, endsInMs } of observations) {
          clock.nowMs += afterMs;
          windows.observe({ remaining, limit: 2000, endsInMs });
          seen.push({ remaining, endsAtMs: clock.nowMs + endsInMs, latenessMs: Math.max(SECOND, endsInMs / 30) });
          const least = (isShown: (window: (typeof seen)[number]) => boolean) =>
            Math.min(2000, ...seen.filter(isShown).map((window) => window.remaining));
          expect(windows.remaining).toBeLessThanOrEqual(least(({ endsAtMs }) => endsAtMs > clock.nowMs));
          expect(windows.remaining).toBeGreaterThanOrEqual(
            least(({ endsAtMs, latenessMs }) => endsAtMs + latenessMs > clock.nowMs),
          );
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['a minute', MINUTE, 61],
    ['an hour', HOUR, 250],
    ['any length', Number.MAX_SAFE_INTEGER, 1300],
  ])('keeps a bounded number of steps for windows of %s', (_, longestMs, most) => {
    const { windows } = createWindows();
    let largest = 0;
    // The worst there can be: whose window ends later has more left.
    for (let i = 1; i <= 20_000; i++) {
      const endsInMs = SECOND * (longestMs / SECOND) ** (i / 20_000);
      windows.observe({ remaining: i, limit: 20_000, endsInMs });
      largest = Math.max(largest, windows.size);
    }
    expect(largest).toBeGreaterThan(most / 2);
    expect(largest).toBeLessThanOrEqual(most);
  });
});
