import { createLabels, createMatcher, isStaleAt, NORMAL_NAN_BITS, wordsOf } from '@hearth/model';
import { expect, test } from 'vitest';
import { createMemoryStorage } from './create-memory-storage.ts';
import type { MemoryStorage } from './memory-storage.ts';

const labels = (name: string, x = '') => createLabels({ __name__: name, x });
const all = createMatcher('=~', '__name__', '.+');

async function read(storage: MemoryStorage, startMs: number, endMs: number, matchers = [all]) {
  const querier = await storage.querier({ startMs, endMs });
  const found: string[] = [];
  for await (const batch of querier.select({ startMs, endMs, matchers })) {
    for (const [i, each] of batch.labels.entries()) {
      const samples = [];
      for (let at = batch.offsets[i]; at < batch.offsets[i + 1]; at++) {
        const value = isStaleAt(wordsOf(batch.values), at) ? 'stale' : batch.values[at];
        samples.push(`${value}@${batch.timestamps[at]}`);
      }
      found.push(`${each.toMetricString()} ${samples.join(' ')}`);
    }
  }
  await querier.close();
  return found;
}

test('series come by labels, samples by time, within the range', async () => {
  const storage = createMemoryStorage();
  for (let t = 0; t <= 100; t++) storage.append(labels('b'), t, t);
  storage.append(labels('a', '2'), 50, 2);
  storage.append(labels('a', '1'), 50, 1);
  storage.append(labels('c'), 10, 1);
  expect(await read(storage, 49, 51)).toEqual(['a{x="1"} 1@50', 'a{x="2"} 2@50', 'b 49@49 50@50 51@51']);
  expect(await read(storage, 0, 9, [createMatcher('=', '__name__', 'a')])).toEqual([]);
});

test('many series come in several batches', async () => {
  const storage = createMemoryStorage();
  for (let i = 999; i >= 100; i--) storage.append(labels('a', String(i)), 0, i);
  const found = await read(storage, 0, 0, [createMatcher('=', '__name__', 'a')]);
  expect(found).toHaveLength(900);
  expect(found[899]).toBe('a{x="999"} 999@0');
});

test('NaNs are kept bit by bit', async () => {
  const storage = createMemoryStorage();
  for (let t = 0; t < 40; t += 2) {
    storage.append(labels('a'), t, Number.NaN);
    storage.appendStale(labels('a'), t + 1);
  }
  const querier = await storage.querier({ startMs: 0, endMs: 100 });
  for await (const { values } of querier.select({ startMs: 0, endMs: 100, matchers: [all] })) {
    const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length);
    expect(new Set(bits.filter((_, i) => i % 2 === 0))).toEqual(new Set([NORMAL_NAN_BITS]));
    expect(Array.from(values, (_, i) => isStaleAt(wordsOf(values), i)).filter((isStale) => isStale)).toHaveLength(20);
  }
});

test('time goes on', () => {
  const storage = createMemoryStorage();
  storage.append(labels('a'), 10, 1);
  storage.append(labels('a'), 10, 1);
  expect(() => storage.append(labels('a'), 10, 2)).toThrow(
    'a: the sample at 10 ms has another value than the one before',
  );
  expect(() => storage.append(labels('a'), 9, 1)).toThrow('a: the sample at 9 ms is not later than the last one');
  expect(() => storage.appendStale(labels('a'), 10)).toThrow('has another value');
});

test('names and values of labels, and the end of everything', async () => {
  const storage = createMemoryStorage();
  storage.append(labels('b', '2'), 0, 1);
  storage.append(labels('a', '1'), 0, 1);
  storage.append(labels('c'), 0, 1);
  const querier = await storage.querier({ startMs: 0, endMs: 0 });
  expect(await querier.labelNames([])).toEqual(['__name__', 'x']);
  expect(await querier.labelNames([createMatcher('=', 'x', '')])).toEqual(['__name__']);
  expect(await querier.labelValues('x', [])).toEqual(['1', '2']);
  storage.clear();
  expect(await read(storage, 0, 0)).toEqual([]);
});
