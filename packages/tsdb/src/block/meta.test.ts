import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MemoryFileSystem } from '../testing/memory-file-system.ts';
import { type BlockMeta, formatMeta, parseMeta, readMeta } from './meta.ts';
import { writeMeta } from './sealed-meta.ts';

const ULID = '01M80AM60DAVER0W8N2H3M4SQ0';
const FULL: BlockMeta = {
  ulid: ULID,
  minTime: -5,
  maxTime: 1_700_000_000_000,
  stats: { numSamples: 1, numSeries: 2, numChunks: 3, numTombstones: 4 },
  compaction: {
    level: 2,
    sources: [ULID],
    parents: [{ ulid: ULID, minTime: -5, maxTime: 10 }],
    deletable: true,
    failed: true,
    hints: ['from-out-of-order'],
  },
};

describe('meta.json', () => {
  test('has the bytes that promtool wrote', () => {
    const original = readFileSync(new URL('../testing/promtool-2.42/block/meta.json.golden', import.meta.url), 'utf8');
    expect(formatMeta(parseMeta(original, 'meta.json'))).toBe(original);
  });

  test('keeps all fields', async () => {
    const fileSystem = new MemoryFileSystem();
    await writeMeta(fileSystem, 'block', FULL);
    expect(await readMeta(fileSystem, 'block')).toEqual(FULL);
    expect(await fileSystem.list('block')).toEqual(['meta.json']);
  });

  test('has the fields in Prometheus’ order', () => {
    const keys = [...formatMeta(FULL).matchAll(/"(\w+)":/g)].map(([, key]) => key);
    expect(keys.join(' ')).toBe(
      'ulid minTime maxTime stats numSamples numSeries numChunks numTombstones ' +
        'compaction level sources deletable parents ulid minTime maxTime failed hints version',
    );
  });

  test('may lack what is empty and have what is not known', () => {
    const text = `{"version":1,"ulid":"${ULID}","minTime":1,"maxTime":2,"thanos":{"x":1},"stats":{"numFloatSamples":3}}`;
    expect(parseMeta(text, 'meta.json')).toEqual({
      ulid: ULID,
      minTime: 1,
      maxTime: 2,
      stats: { numSamples: 0, numSeries: 0, numChunks: 0, numTombstones: 0 },
      compaction: { level: 0, sources: [], parents: [], deletable: false, failed: false, hints: [] },
    });
  });
});

describe('corruption', () => {
  const valid = { version: 1, ulid: ULID, minTime: 1, maxTime: 2 };
  test.each<[string, string, string, string]>([
    ['no JSON', '{', 'bad_value', 'JSON'],
    ['no object', '[]', 'bad_value', 'meta: is no object'],
    ['no version', '{}', 'bad_version', 'version 0 of meta.json'],
    ['a later version', '{"version":2}', 'bad_version', 'version 2 of meta.json'],
    ['no ULID', JSON.stringify({ ...valid, ulid: 'x' }), 'bad_value', 'meta: "x" is no ULID'],
    [
      'a time that is text',
      JSON.stringify({ ...valid, minTime: '1' }),
      'bad_value',
      'meta: minTime is no integer below 2^53',
    ],
    ['times turned round', JSON.stringify({ ...valid, maxTime: 0 }), 'bad_value', 'meta: maxTime 0 before minTime 1'],
    ['stats that are none', JSON.stringify({ ...valid, stats: 1 }), 'bad_value', 'meta.stats: is no object'],
    [
      'a parent that is none',
      JSON.stringify({ ...valid, compaction: { parents: [1] } }),
      'bad_value',
      'meta.compaction.parents[0]: is no object',
    ],
    [
      'sources that are none',
      JSON.stringify({ ...valid, compaction: { sources: [1] } }),
      'bad_value',
      'meta.compaction: sources holds more than strings',
    ],
    [
      'a flag that is none',
      JSON.stringify({ ...valid, compaction: { failed: 1 } }),
      'bad_value',
      'meta.compaction: failed is neither true nor false',
    ],
  ])('%s', (_name, text, code, reason) => {
    const parse = () => parseMeta(text, 'block/meta.json');
    expect(parse).toThrow(reason);
    expect(parse).toThrow(expect.objectContaining({ name: 'CorruptionError', code, file: 'block/meta.json' }));
  });
});
