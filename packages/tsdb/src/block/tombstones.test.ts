import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TimeRange } from '../chunk/chunk.ts';
import { CorruptionError } from '../encoding/corruption-error.ts';
import { MemoryFileSystem } from '../testing/memory-file-system.ts';
import { addInterval, formatTombstones, parseTombstones, readTombstones, writeTombstones } from './tombstones.ts';

const SOME = new Map([
  [3, [{ minTime: -5, maxTime: 300 }]],
  [
    1,
    [
      { minTime: 1, maxTime: 2 },
      { minTime: 4, maxTime: 5 },
    ],
  ],
]);

describe('tombstones', () => {
  test('of no series have the bytes that promtool wrote', () => {
    const original = readFileSync(new URL('../testing/promtool-2.42/block/tombstones', import.meta.url));
    expect(Buffer.from(formatTombstones(new Map())).equals(original)).toBe(true);
  });

  test('have the bytes of the format', () => {
    const intervals = ['010204', '01080a', '0309d804'].join('');
    expect(Buffer.from(formatTombstones(SOME)).toString('hex')).toBe(`0130ba3001${intervals}c7ea8f85`);
  });

  test('give back the intervals', async () => {
    const fileSystem = new MemoryFileSystem();
    await writeTombstones(fileSystem, 'block', SOME);
    expect(await readTombstones(fileSystem, 'block')).toEqual(SOME);
  });

  test('are none where there is no file', async () => {
    expect(await readTombstones(new MemoryFileSystem(), 'block')).toEqual(new Map());
  });

  test('in any order are joined', () => {
    const unsorted = new Map([
      [
        1,
        [
          { minTime: 4, maxTime: 6 },
          { minTime: 1, maxTime: 3 },
        ],
      ],
    ]);
    expect(parseTombstones(formatTombstones(unsorted), 'tombstones')).toEqual(
      new Map([[1, [{ minTime: 1, maxTime: 6 }]]]),
    );
  });
});

describe('intervals', () => {
  test('cover what was added, and do not touch', () => {
    const interval = fc
      .tuple(fc.nat(30), fc.nat(5))
      .map(([minTime, length]) => ({ minTime, maxTime: minTime + length }));
    const property = fc.property(fc.array(interval), (added) => {
      const joined = added.reduce<readonly TimeRange[]>(addInterval, []);
      const covers = (list: readonly TimeRange[], t: number) => list.some((i) => t >= i.minTime && t <= i.maxTime);
      for (let t = 0; t <= 36; t++) expect(covers(joined, t)).toBe(covers(added, t));
      for (const [i, { minTime }] of joined.entries())
        if (i > 0) expect(minTime).toBeGreaterThan(joined[i - 1].maxTime + 1);
    });
    fc.assert(property);
  });
});

describe('corruption', () => {
  test.each([
    ['no bytes', '', 'truncated'],
    ['a header alone', '0130ba3001', 'truncated'],
    ['another magic number', '0130ba310100000000', 'bad_magic'],
    ['another version', '0130ba300200000000', 'bad_version'],
    ['another checksum', '0130ba300100000001', 'bad_checksum'],
  ])('%s', (_name, hex, code) => {
    expect(() => parseTombstones(Buffer.from(hex, 'hex'), 'tombstones')).toThrow(expect.objectContaining({ code }));
  });

  test('an interval that ends before it begins', () => {
    const bytes = formatTombstones(new Map([[1, [{ minTime: 5, maxTime: 4 }]]]));
    expect(() => parseTombstones(bytes, 'tombstones')).toThrow('tombstones: corruption at byte 8: interval ends at 4');
  });

  test('any flipped bit and cut tail is found', () => {
    const good = formatTombstones(SOME);
    for (let bit = 0; bit < good.length * 8; bit++) {
      const bad = good.slice();
      bad[bit >>> 3] ^= 1 << (bit & 7);
      expect(() => parseTombstones(bad, 'tombstones')).toThrow(CorruptionError);
    }
    for (let length = 0; length < good.length; length++) {
      expect(() => parseTombstones(good.subarray(0, length), 'tombstones')).toThrow(CorruptionError);
    }
  });
});
