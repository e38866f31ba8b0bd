import { expect, test } from 'vitest';
import { formatGoDuration } from './format-go-duration.ts';

test.each([
  [0, '0s'],
  [500, '500ms'],
  [1_500, '1.5s'],
  [15_000, '15s'],
  [60_000, '1m0s'],
  [90_000, '1m30s'],
  [3_600_000, '1h0m0s'],
  [5_400_000, '1h30m0s'],
])('%d ms: %s', (durationMs, expected) => {
  expect(formatGoDuration(durationMs)).toBe(expected);
});
