import { expect, test } from 'vitest';
import { countInWords } from './count-in-words.ts';

test.each([
  [1, 'one replica'],
  [3, 'three replicas'],
  [9, 'nine replicas'],
  [10, '10 replicas'],
])('%i', (count, words) => {
  expect(countInWords(count, 'replica')).toBe(words);
});
