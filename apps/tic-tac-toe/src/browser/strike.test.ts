import { expect, test } from 'vitest';
import { strikeThrough } from './strike.ts';

test.each([
  [
    [0, 1, 2],
    [0.2, 0.5, 2.8, 0.5],
  ],
  [
    [2, 5, 8],
    [2.5, 0.2, 2.5, 2.8],
  ],
  [
    [0, 4, 8],
    [0.2, 0.2, 2.8, 2.8],
  ],
  [
    [2, 4, 6],
    [2.8, 0.2, 0.2, 2.8],
  ],
])('%j', (line, [x1, y1, x2, y2]) => {
  const stroke = strikeThrough(line);
  expect(stroke.x1).toBeCloseTo(x1);
  expect(stroke.y1).toBeCloseTo(y1);
  expect(stroke.x2).toBeCloseTo(x2);
  expect(stroke.y2).toBeCloseTo(y2);
});
