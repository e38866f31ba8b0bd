import { createMatcher, type Labels } from '@hearth/model';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ChunkedSeries } from '../block-source.ts';
import { appendSamples } from '../chunk/append-samples.ts';
import { SampleBuffer } from '../chunk/sample-buffer.ts';
import { MemoryDisk } from '../wal/testing/memory-disk.ts';
import type { Head, HeadOptions } from './head.ts';
import { openChunk } from './head-stream.ts';
import { readAll } from './testing/head-model.ts';
import { ALL, appendTo, DATA, named, openSmallHead } from './testing/small-head.ts';

const T = 1_000_000;
const RANGE = 10_000;

let disk: MemoryDisk;
let head: Head;

beforeEach(async () => {
  disk = new MemoryDisk();
  head = await openSmallHead(disk, { chunkRangeMs: RANGE });
});

async function reopen(options: Partial<HeadOptions> = {}): Promise<string[]> {
  const warnings: string[] = [];
  await head.close();
  head = await openSmallHead(disk, { chunkRangeMs: RANGE, warn: (message) => warnings.push(message), ...options });
  return warnings;
}

async function all(from = 0, to = 1e12): Promise<Record<string, string[]>> {
  const querier = head.querier({ startMs: from, endMs: to });
  const found = await readAll(querier, ALL, from, to);
  await querier.close();
  return found;
}

/** `count` samples from `from` on, 100 ms apart. */
function steady(from: number, count: number): [number, number][] {
  return Array.from({ length: count }, (_, i) => [from + 100 * i, i]);
}

describe('an appender', () => {
  test('shows nothing before the commit, and everything after it', async () => {
    const appender = head.appender();
    expect(appender.append(appender.seriesRef(named('a')), T, 1)).toBeUndefined();
    expect([await all(), head.seriesCount]).toEqual([{}, 0]);
    const querier = head.querier({ startMs: 0, endMs: 2 * T });
    expect([await querier.labelNames([]), await querier.labelValues('__name__', [])]).toEqual([[], []]);
    await querier.close();
    await appender.commit();
    expect(await all()).toEqual({ '{__name__="a"}': [`${T}=1`] });
    expect([head.seriesCount, head.minTime, head.maxTime]).toEqual([1, T, T]);
  });

  test('refuses what is too old, out of order, or a second value for one time; takes the same sample twice once', async () => {
    const a = named('a');
    await appendTo(head, a, [
      [T, 1],
      [T + 1000, Number.NaN],
    ]);
    const appender = head.appender();
    const ref = appender.seriesRef(a);
    expect(appender.append(ref, T + 1000, Number.NaN)).toBeUndefined();
    expect(appender.append(ref, T + 1000, 2)).toBe('duplicate_timestamp');
    expect(appender.appendStale(ref, T + 1000)).toBe('duplicate_timestamp');
    expect(appender.append(ref, T + 999, 2)).toBe('out_of_order');
    expect(head.appendableFrom).toBe(T + 1000 - RANGE / 2);
    expect(appender.append(ref, T - 4001, 2)).toBe('out_of_bounds');
    expect(appender.append(ref, 2 ** 52, 2)).toBe('out_of_bounds');
    expect(appender.append(appender.seriesRef(named('b')), T - 4000, 2)).toBeUndefined();
    expect(appender.append(1e9, T + 2000, 2)).toBe('unknown_series');
    await appender.commit();
    expect(await all()).toEqual({
      '{__name__="a"}': [`${T}=1`, `${T + 1000}=NaN`],
      '{__name__="b"}': [`${T - 4000}=2`],
    });
    expect(head.counters).toMatchObject({
      samplesAppended: 3,
      seriesCreated: 2,
      commits: 2,
      refused: { out_of_order: 1, out_of_bounds: 2, duplicate_timestamp: 2, unknown_series: 1, bad_exemplar: 0 },
    });
  });

  test('leaves out and counts what another commit has overtaken', async () => {
    const [first, second] = [head.appender(), head.appender()];
    const ref = first.seriesRef(named('a'));
    expect(second.seriesRef(named('a'))).toBe(ref);
    for (const appender of [first, second])
      expect(appender.append(ref, appender === first ? T : T + 1, 1)).toBeUndefined();
    await Promise.all([second.commit(), first.commit()]);
    expect(await all()).toEqual({ '{__name__="a"}': [`${T + 1}=1`] });
    expect(head.counters.refused.out_of_order).toBe(1);
    await reopen();
    expect(await all()).toEqual({ '{__name__="a"}': [`${T + 1}=1`] });
  });

  test('names a series in the log that another transaction made and rolled back', async () => {
    const [maker, user] = [head.appender(), head.appender()];
    const ref = maker.seriesRef(named('a'));
    expect(user.append(ref, T, 7)).toBeUndefined();
    await maker.rollback();
    await user.commit();
    await reopen();
    expect(await all()).toEqual({ '{__name__="a"}': [`${T}=7`] });
  });

  test('forgets a series that was made and rolled back', async () => {
    const appender = head.appender();
    const ref = appender.seriesRef(named('a'));
    await appender.rollback();
    expect(head.appender().append(ref, T, 1)).toBe('unknown_series');
    await expect(appender.commit()).rejects.toThrow('BUG: the transaction is over');
  });

  test('has nothing anywhere when the log cannot be written, and the head goes on', async () => {
    await appendTo(head, named('a'), [[T, 1]]);
    const before = await all();
    disk.faults.failing = (operation) => (operation === 'write' ? 'ENOSPC' : undefined);
    await expect(appendTo(head, named('b'), [[T, 1]])).rejects.toMatchObject({ code: 'disk_full' });
    await expect(appendTo(head, named('a'), [[T + 1, 1]])).rejects.toMatchObject({ code: 'disk_full' });
    expect([await all(), head.seriesCount, head.maxTime]).toEqual([before, 1, T]);
    disk.faults = {};
    await appendTo(head, named('a'), [[T + 1, 2]]);
    expect(head.counters).toMatchObject({ failedCommits: 2, commits: 2, samplesAppended: 2 });
    await reopen();
    expect(await all()).toEqual({ '{__name__="a"}': [`${T}=1`, `${T + 1}=2`] });
  });

  test('lets go of a transaction that spans hours only what is older than half a range before its first sample', async () => {
    const appender = head.appender();
    const ref = appender.seriesRef(named('a'));
    expect(appender.append(ref, T, 1)).toBeUndefined();
    expect(appender.append(appender.seriesRef(named('b')), T - RANGE, 1)).toBe('out_of_bounds');
    expect(appender.append(ref, T + 5 * RANGE, 1)).toBeUndefined();
    expect(appender.append(appender.seriesRef(named('b')), T + 1, 1)).toBeUndefined();
    await appender.commit();
    expect(Object.values(await all()).flat()).toHaveLength(3);
  });
});

describe('a querier', () => {
  test('keeps what was there while it is truncated; truncation waits for it, and new ones see nothing of the past', async () => {
    await appendTo(head, named('a'), steady(T, 300));
    await appendTo(
      head,
      named('gone'),
      [[T + 1, 1]].map(([t, v]) => [t + 26_000, v]),
    );
    const old = head.querier({ startMs: 0, endMs: 2 * T });
    const select = old.select({ matchers: ALL, startMs: 0, endMs: 2 * T });
    let isTruncated = false;
    const truncated = head.truncate(T + 28_000).then(() => {
      isTruncated = true;
    });
    const fresh = head.querier({ startMs: 0, endMs: 2 * T });
    expect(Object.values(await readAll(fresh, ALL, 0, 2 * T))).toEqual([
      steady(T, 300)
        .slice(280)
        .map(([t, v]) => `${t}=${v}`),
    ]);
    await fresh.close();
    const { value } = await select[Symbol.asyncIterator]().next();
    expect([value?.labels.map(String), value?.offsets.at(-1)]).toEqual([['{__name__="a"}', '{__name__="gone"}'], 301]);
    expect(isTruncated).toBe(false);
    await old.close();
    await truncated;
    expect([head.seriesCount, head.minTime]).toEqual([1, T + 28_000]);
  });

  test('does not see a new series in the place of one that was removed', async () => {
    await appendTo(head, named('a'), [[T, 1]]);
    await appendTo(head, named('b'), [[T + 9000, 1]]);
    const watching = head.querier({ startMs: T + 5000, endMs: 2 * T });
    const select = watching.select({ matchers: ALL, startMs: T + 5000, endMs: 2 * T });
    await head.truncate(T + 5000);
    await appendTo(head, named('c'), [[T + 9001, 1]]);
    const labels: Labels[] = [];
    for await (const batch of select) labels.push(...batch.labels);
    expect(labels.map(String)).toEqual(['{__name__="b"}', '{__name__="c"}']);
    await watching.close();
    await appendTo(head, named('d'), [[T + 9002, 1]]);
    expect(Object.keys(await all())).toEqual(['{__name__="b"}', '{__name__="c"}', '{__name__="d"}']);
  });

  test('says what it cannot read', async () => {
    await appendTo(head, named('a'), steady(T, 260));
    await reopen();
    const file = `${DATA}/chunks_head/000001`;
    disk.content(file)[60] ^= 1;
    const querier = head.querier({ startMs: 0, endMs: 2 * T });
    expect(Object.values(await readAll(querier, ALL, 0, 2 * T))).toHaveLength(1);
    expect(querier.warnings).toEqual([expect.stringContaining(`samples are missing: ${file}: corruption at byte`)]);
    await querier.close();
  });

  test('stops with the reason of its signal', async () => {
    await appendTo(head, named('a'), steady(T, 10));
    const querier = head.querier({ startMs: 0, endMs: 2 * T });
    const reading = (async () => {
      const signal = AbortSignal.abort(new Error('enough'));
      for await (const _ of querier.select({ matchers: ALL, startMs: 0, endMs: 2 * T }, signal));
    })();
    await expect(reading).rejects.toThrow('enough');
    await querier.close();
  });

  test('finds names and values', async () => {
    await appendTo(head, named('a', { x: '1', y: '2' }), [[T, 1]]);
    await appendTo(head, named('b', { x: '3', z: '\u{1f600}' }), [[T, 1]]);
    const querier = head.querier({ startMs: 0, endMs: 2 * T });
    const isA = createMatcher('=', '__name__', 'a');
    expect(await querier.labelNames([])).toEqual(['__name__', 'x', 'y', 'z']);
    expect(await querier.labelNames([isA])).toEqual(['__name__', 'x', 'y']);
    expect(await querier.labelValues('x', [])).toEqual(['1', '3']);
    expect(await querier.labelValues('x', [isA])).toEqual(['1']);
    const series: Labels[] = [];
    for await (const batch of querier.series({ matchers: [createMatcher('!=', 'y', '2')], startMs: 0, endMs: 2 * T })) {
      series.push(...batch);
    }
    expect(series.map(String)).toEqual([named('b', { x: '3', z: '\u{1f600}' }).toString()]);
    await querier.close();
    const elsewhere = head.querier({ startMs: 0, endMs: T - 1 });
    expect(await elsewhere.labelNames([])).toEqual([]);
    await elsewhere.close();
  });
});

describe('a block source', () => {
  async function cut(minTime: number, maxTime: number): Promise<Record<string, number[][]>> {
    const found: Record<string, number[][]> = {};
    for await (const { labels, chunks } of head.blockSource(minTime, maxTime).series())
      found[labels.toString()] = timesOf(chunks);
    return found;
  }

  function timesOf(chunks: ChunkedSeries['chunks']): number[][] {
    return chunks.map(({ data, minTime, maxTime }) => {
      const samples = new SampleBuffer();
      appendSamples(samples, openChunk(data));
      const times = [...samples.timestamps.subarray(0, samples.length)];
      expect([times[0], times.at(-1)]).toEqual([minTime, maxTime]);
      return times;
    });
  }

  test('has the samples of its time, in chunks that do not cross the range, without the deleted ones', async () => {
    await appendTo(head, named('b'), steady(T, 250));
    await appendTo(head, named('a'), steady(T + 23_000, 3));
    await head.deleteSeries([createMatcher('=', '__name__', 'b')], { startMs: T + 2000, endMs: T + 3000 });
    const chunks = await cut(T, T + 2 * RANGE);
    expect(Object.keys(chunks)).toEqual(['{__name__="b"}']);
    const times = steady(T, 200)
      .map(([t]) => t)
      .filter((t) => t < T + 2000 || t > T + 3000);
    expect(Object.values(chunks)[0].flat()).toEqual(times);
    expect(await cut(T, T + 2050)).toEqual({ '{__name__="b"}': [times.slice(0, 20)] });
    expect(Object.keys(await cut(T, 2 * T))).toEqual(['{__name__="a"}', '{__name__="b"}']);
    expect(await head.blockSource(T, 2 * T).symbols()).toEqual(['__name__', 'a', 'b']);
  });

  test('ends what can be appended to its time, also for a transaction that is open', async () => {
    await appendTo(head, named('a'), [[T, 1]]);
    const late = head.appender();
    expect(late.append(late.seriesRef(named('late')), T + 1, 1)).toBeUndefined();
    await appendTo(head, named('a'), [[T + RANGE, 1]]);
    head.blockSource(T, T + 5000);
    await late.commit();
    expect(Object.keys(await all())).toEqual(['{__name__="a"}']);
    expect(head.counters.refused.out_of_bounds).toBe(1);
  });
});

describe('exemplars', () => {
  const exemplar = (timestampMs: number, value: number, id = 'x') => ({ labels: named(id), timestampMs, value });

  test('are found by series and time, once, and after a reopen', async () => {
    const appender = head.appender();
    const [a, b] = ['a', 'b'].map((name) => appender.seriesRef(named(name)));
    for (const ref of [a, b]) appender.append(ref, T, 1);
    expect(appender.appendExemplar(b, exemplar(T, 1))).toBeUndefined();
    expect(appender.appendExemplar(a, exemplar(T, 2))).toBeUndefined();
    expect(appender.appendExemplar(a, exemplar(T + 5, 3))).toBeUndefined();
    expect(appender.appendExemplar(a, exemplar(T, 1, 'y'.repeat(121)))).toBe('bad_exemplar');
    await appender.commit();
    const later = head.appender();
    expect(later.appendExemplar(a, exemplar(T + 5, 3))).toBeUndefined();
    expect(later.appendExemplar(a, exemplar(T + 4, 3))).toBe('bad_exemplar');
    await later.commit();
    const expected = [
      { series: named('a'), exemplars: [exemplar(T, 2), exemplar(T + 5, 3)] },
      { series: named('b'), exemplars: [exemplar(T, 1)] },
    ];
    expect(await head.exemplars([ALL], { startMs: 0, endMs: 2 * T })).toEqual(expected);
    expect(head.counters.exemplarsAppended).toBe(3);
    await reopen();
    expect(await head.exemplars([ALL], { startMs: 0, endMs: 2 * T })).toEqual(expected);
    expect(await head.exemplars([[createMatcher('=', '__name__', 'a')]], { startMs: T + 1, endMs: 2 * T })).toEqual([
      { series: named('a'), exemplars: [exemplar(T + 5, 3)] },
    ]);
  });

  test('are as many as the limit says: the newest', async () => {
    await reopen({ maxExemplars: 3 });
    const appender = head.appender();
    const ref = appender.seriesRef(named('a'));
    appender.append(ref, T, 1);
    for (let i = 0; i < 5; i++) appender.appendExemplar(ref, exemplar(T + i, i));
    await appender.commit();
    const [{ exemplars }] = await head.exemplars([ALL], { startMs: 0, endMs: 2 * T });
    expect(exemplars.map(({ value }) => value)).toEqual([2, 3, 4]);
  });
});

describe('a head on the disk', () => {
  test('drops series, chunk files and segments that are truncated, and comes back as it was', async () => {
    for (let i = 0; i < 60; i++) {
      await appendTo(head, named('stays'), steady(T + i * 2000, 20));
      await appendTo(head, named('passing', { i: String(i) }), steady(T + i * 2000, 20));
      if (i % 10 === 9) await head.truncate(T + i * 2000 - 4000);
    }
    expect(head.seriesCount).toBe(4);
    expect(head.counters).toMatchObject({ seriesCreated: 61, seriesRemoved: 57, truncations: 6 });
    const names = await disk.list(`${DATA}/wal`);
    expect(names.some((name) => name.startsWith('checkpoint.'))).toBe(true);
    expect(names.length).toBeLessThan(8);
    expect((await disk.list(`${DATA}/chunks_head`)).length).toBeLessThan(4);
    const before = await all();
    expect(await reopen({ minValidTimeMs: T + 59 * 2000 - 4000 })).toEqual([]);
    expect(await all()).toEqual(before);
    await head.truncate(T * 2);
    expect([await all(), head.seriesCount, head.minTime]).toEqual([{}, 0, 2 * T]);
  });

  test('knows a series again that was removed and came back, and goes on so', async () => {
    await appendTo(head, named('a'), steady(T, 130));
    await appendTo(head, named('other'), [[T + 30_000, 1]]);
    await head.truncate(T + 14_000);
    await appendTo(head, named('a'), steady(T + 30_000, 150));
    for (let i = 0; i < 3; i++) {
      expect(await reopen({ minValidTimeMs: T + 14_000 })).toEqual([]);
      expect((await all())['{__name__="a"}']).toEqual(
        steady(T + 30_000, 150)
          .concat(steady(T + 50_000, 150 * i))
          .map(([t, v]) => `${t}=${v % 150}`),
      );
      await appendTo(head, named('a'), steady(T + 50_000 + 15_000 * i, 150));
    }
  });

  test('is filled from the log where chunk files are damaged, and from both where the log is', async () => {
    await appendTo(head, named('a'), steady(T, 290));
    await head.close();
    const file = `${DATA}/chunks_head/000001`;
    disk.content(file)[40] ^= 1;
    head = await openSmallHead(disk, { chunkRangeMs: RANGE });
    expect(Object.values(await all())[0]).toHaveLength(290);
    const warnings = await reopen();
    expect(warnings).toEqual([]);
    expect(Object.values(await all())[0]).toHaveLength(290);

    await appendTo(head, named('b'), [[T + 29_000, 1]]);
    await head.close();
    const segment = (await disk.list(`${DATA}/wal`))
      .filter((name) => /^\d+$/.test(name))
      .sort()
      .at(-1);
    disk.content(`${DATA}/wal/${segment}`)[20] ^= 1;
    head = await openSmallHead(disk, { chunkRangeMs: RANGE, warn: (message) => warnings.push(message) });
    expect(warnings).toEqual([expect.stringContaining('what follows was left out of the log and is kept in')]);
    expect(Object.keys(await all())).toEqual(['{__name__="a"}']);
    expect(head.counters.walRepairs).toBe(1);
  });

  test('keeps chunks in memory while the disk does not take them, and says so', async () => {
    const warnings = await reopen();
    disk.faults.failing = (operation, path) =>
      operation === 'write' && path.includes('chunks_head') ? 'EIO' : undefined;
    for (let i = 0; i < 30; i++) {
      const appender = head.appender();
      for (let s = 0; s < 120; s++) {
        const ref = appender.seriesRef(named('a', { s: String(s) }));
        for (let k = 0; k < 40; k++) appender.append(ref, T + i * 4000 + k * 100, Math.sin(i * s * k));
      }
      await appender.commit();
    }
    expect(head.counters.chunkWriteFailures).toBeGreaterThan(0);
    expect(warnings[0]).toMatch(/^chunks of the head cannot be written, and stay in memory: /);
    expect(Object.values(await all()).flat()).toHaveLength(30 * 120 * 40);
    disk.faults = {};
    await reopen();
    expect(Object.values(await all()).flat()).toHaveLength(30 * 120 * 40);
  });

  test('tells how the replay goes', async () => {
    await appendTo(head, named('a'), steady(T, 20));
    const seen: unknown[] = [];
    await reopen({ progress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ segment: 0, lastSegment: 0, samples: 20, series: 1 });
  });
});

test('statistics count series, values and bytes', async () => {
  for (let i = 0; i < 10; i++)
    await appendTo(head, named(i < 7 ? 'many' : 'few', { i: String(i), job: 'x' }), [[T, 1]]);
  expect(await head.stats(2)).toEqual({
    seriesCount: 10,
    labelPairCount: 13,
    chunkCount: 10,
    minTime: T,
    maxTime: T,
    seriesByMetricName: [
      { name: 'many', value: 7 },
      { name: 'few', value: 3 },
    ],
    valuesByLabelName: [
      { name: 'i', value: 10 },
      { name: '__name__', value: 2 },
    ],
    memoryByLabelName: [
      { name: '__name__', value: 7 * 4 + 3 * 3 },
      { name: 'i', value: 10 },
    ],
    seriesByLabelPair: [
      { name: 'job=x', value: 10 },
      { name: '__name__=many', value: 7 },
    ],
  });
  expect((await head.stats(1, 'job')).seriesByMetricName).toEqual([{ name: 'x', value: 10 }]);
});
