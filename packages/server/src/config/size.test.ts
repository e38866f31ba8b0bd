import { expect, test } from 'vitest';
import { formatSize, parseSize } from './size.ts';

test.each([
  ['0', 0, '0B'],
  ['1B', 1, '1B'],
  ['1KB', 1024, '1KiB'],
  ['1KiB', 1024, '1KiB'],
  ['1.5MB', 1_572_864, '1MiB512KiB'],
  ['1MB512KB', 1_572_864, '1MiB512KiB'],
  ['10GB', 10_737_418_240, '10GiB'],
  ['.5KB', 512, '512B'],
  ['-1KB', -1024, '-1KiB'],
])('%s is %i bytes and is printed %s', (text, bytes, printed) => {
  expect(parseSize(text)).toBe(bytes);
  expect(formatSize(bytes)).toBe(printed);
});

test.each(['', '5', '1X', '1 MB', '1mb', '1iB', '-', 'B', '1..5KB'])('%j is not a size', (text) => {
  expect(() => parseSize(text)).toThrow(`not a size: "${text}"`);
});

test('a size that no disk has is out of range', () => {
  expect(() => parseSize('8EB')).toThrow('size out of range: "8EB"');
});
