import { describe, expect, test } from 'vitest';
import type { BlockMeta } from '../../block/meta.ts';
import { blockRanges, planCompaction, splitByRange } from './planner.ts';

const RANGES = [20, 60, 180, 540, 1620];

/**
 * Blocks as `name:from-to`, with `!` behind one whose compaction failed, `~3/10` behind one with 3 tombstones and 10
 * series, `s` behind one of stale series only.
 */
function blocks(text: string): BlockMeta[] {
  return text.split(' ').map((each) => {
    const [, name, from, to, flags] = /^(.+?):(-?\d+)-(-?\d+)(.*)$/.exec(each) as RegExpExecArray;
    const [, tombstones = '0', series = '0'] = /~(\d+)\/(\d+)/.exec(flags) ?? [];
    const hints = flags.includes('s') ? ['from-stale-series'] : [];
    return {
      ulid: name,
      minTime: Number(from),
      maxTime: Number(to),
      stats: { numSamples: 0, numSeries: Number(series), numChunks: 0, numTombstones: Number(tombstones) },
      compaction: { level: 1, sources: [], parents: [], deletable: false, failed: flags.includes('!'), hints },
    };
  });
}

// Facts of Prometheus' compact_test.go.
describe('the plan', () => {
  test.each([
    ['one block is left alone', '1:0-20', ''],
    ['a range is not full yet', '1:0-20 2:20-40', ''],
    ['full, but the last block is fresh', '1:0-20 2:20-40 3:40-60', ''],
    ['full, and a fresh block follows', '1:0-20 2:20-40 3:40-60 4:60-80', '1 2 3'],
    ['a gap, and only the fresh block is in the next range', '1:0-20 2:20-40 3:60-80', ''],
    ['a gap that will not be filled any more', '1:0-20 2:20-40 3:60-80 4:80-100', '1 2'],
    ['short blocks before long ones', '1:0-20 2:20-40 3:40-60 4:60-120 5:120-180', '1 2 3'],
    ['different lengths, in no order', '2:20-40 4:60-120 5:960-980 6:120-180 7:720-960', '2 4 6'],
    ['many tombstones, but no fresh block', '1:0-540~3/10', ''],
    ['many tombstones in a large block', '1:0-540~3/10 2:540-560', '1'],
    ['many tombstones in a small block', '1:0-60~3/10 2:60-80', ''],
    ['a small block of which everything may be deleted', '1:0-60~10/10 2:60-80', '1'],
    ['no series and no tombstones', '1:0-540~0/0 2:540-560', ''],
    ['fresh is what is newest by time', '5:0-360 6:540-560 7:360-420 8:420-540', '7 8'],
    ['two overlap', '1:0-20 2:19-40 3:40-60', '1 2'],
    ['two overlap later', '1:0-20 2:20-40 3:30-50', '2 3'],
    ['a chain overlaps', '1:0-20 2:10-40 3:30-50', '1 2 3'],
    ['some within another', '5:0-360 6:340-560 7:360-420 8:420-540', '5 6 7 8'],
    ['two pairs overlap: the older first', '1:0-10 2:9-20 3:30-40 4:39-50', '1 2'],
    ['one of the range has failed', '1:0-20 2:20-40! 3:40-60 4:60-80', ''],
    [
      'one of the range has failed, another range has not',
      '1:0-20! 2:20-40 3:60-80 4:80-100 5:100-120 6:120-140',
      '3 4 5',
    ],
    ['stale series and others are not mixed', '1:0-20 x:0-20s 2:20-40 3:40-60 4:60-80', '1 2 3'],
    ['stale series among themselves', 'a:0-20s b:20-40s c:40-60s d:60-80s', 'a b c'],
    ['stale series when there is nothing else', '1:0-20 a:0-20s b:20-40s c:40-60s d:60-80s', 'a b c'],
  ])('%s', (_, given, expected) => {
    const plan = planCompaction(blocks(given), RANGES).map(({ ulid }) => ulid);
    expect(plan.join(' ')).toBe(expected);
  });

  test.each([
    ['overlapping blocks of which one has failed are left alone', '1:0-20! 2:19-40 3:50-60', ''],
    ['others that overlap are not', '1:0-20! 2:19-40 3:50-60 4:55-70', '3 4'],
  ])('unlike that of Prometheus: %s', (_, given, expected) => {
    const plan = planCompaction(blocks(given), RANGES).map(({ ulid }) => ulid);
    expect(plan.join(' ')).toBe(expected);
  });

  test('leaves what it was given as it was', () => {
    const given = blocks('2:20-40 1:0-20 3:40-60 4:60-80');
    planCompaction(Object.freeze(given), RANGES);
    expect(given.map(({ ulid }) => ulid)).toEqual(['2', '1', '3', '4']);
  });
});

describe('blocks by range', () => {
  test.each([
    [60, 'a:0-10', 'a'],
    [60, 'a:0-60', 'a'],
    [60, 'a:0-10 b:9-15 c:30-60', 'a b c'],
    [60, 'a:70-90 b:125-130 c:130-180 d:1000-1001', 'a | b c | d'],
    [60, 'a:50-70 b:70-80', 'b'],
    [72, 'a:0-144 b:144-216 c:216-288', 'b | c'],
    [60, 'a:-10--5', 'a'],
    [60, 'a:-60--50 b:-10--5', 'a b'],
    [60, 'a:-60--50 b:-10--5 c:0-15', 'a b | c'],
  ])('of %i: %s', (range, given, expected) => {
    const parts = splitByRange(blocks(given), range).map((part) => part.map(({ ulid }) => ulid).join(' '));
    expect(parts.join(' | ')).toBe(expected);
  });
});

describe('ranges', () => {
  test.each([
    [2, 36, [2, 6, 18]],
    [2, 18, [2, 6, 18]],
    [2, 1, [2]],
    [2, 17, [2, 6]],
  ])('from %i up to %i', (first, longest, expected) => {
    expect(blockRanges(first, longest)).toEqual(expected);
  });
});
