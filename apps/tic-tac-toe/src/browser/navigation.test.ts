import { expect, test } from 'vitest';
import { focusAfter } from './navigation.ts';

test.each([
  ['ArrowRight', 0, 1],
  ['ArrowRight', 2, 2],
  ['ArrowLeft', 4, 3],
  ['ArrowLeft', 3, 3],
  ['ArrowDown', 1, 4],
  ['ArrowDown', 7, 7],
  ['ArrowUp', 8, 5],
  ['ArrowUp', 2, 2],
  ['Home', 5, 3],
  ['End', 3, 5],
])('%s on %d goes to %d', (key, cell, target) => {
  expect(focusAfter(key, cell, false)).toBe(target);
});

test('with Control, Home and End go to the corners', () => {
  expect([focusAfter('Home', 5, true), focusAfter('End', 3, true)]).toEqual([0, 8]);
});

test.each(['Tab', 'Enter', ' ', 'a'])('%j stays what it is', (key) => {
  expect(focusAfter(key, 4, false)).toBeUndefined();
});
