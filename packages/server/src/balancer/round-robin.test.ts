import { expect, test } from 'vitest';
import { createRoundRobin } from './round-robin.ts';

const anyone = (): boolean => true;

function take(count: number, next: () => string | undefined): string {
  return Array.from({ length: count }, () => next() ?? '-').join('');
}

test('takes turns in order', () => {
  const turns = createRoundRobin(['a', 'b', 'c']);
  expect(take(7, () => turns.next(anyone))).toBe('abcabca');
});

test('passes over who cannot be chosen', () => {
  const turns = createRoundRobin(['a', 'b', 'c']);
  expect(take(4, () => turns.next((item) => item !== 'b'))).toBe('acac');
});

test('takes somebody back in where the turn is', () => {
  const turns = createRoundRobin(['a', 'b', 'c']);
  expect(take(2, () => turns.next((item) => item !== 'b'))).toBe('ac');
  expect(take(3, () => turns.next(anyone))).toBe('abc');
});

test('has nobody when nobody can be chosen, and keeps the turn', () => {
  const turns = createRoundRobin(['a', 'b']);
  expect(turns.next(anyone)).toBe('a');
  expect(turns.next(() => false)).toBeUndefined();
  expect(turns.next(anyone)).toBe('b');
});

test('has nobody when there is nobody', () => {
  expect(createRoundRobin<string>([]).next(anyone)).toBeUndefined();
});
