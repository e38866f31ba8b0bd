import { createLabels } from '@hearth/model';
import type { SeriesSamples, Value } from '@hearth/promql';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonWriter } from './json-writer.ts';
import { resultPart } from './result-part.ts';

function printed(value: Value, chunkBytes?: number): { readonly json: string; readonly pieces: number } {
  const writer = new JsonWriter(chunkBytes);
  const pieces: Buffer[] = [];
  for (const _ of resultPart(value)(writer)) pieces.push(writer.take());
  pieces.push(writer.take());
  return { json: Buffer.concat(pieces).toString(), pieces: pieces.length };
}

const up = createLabels({ __name__: 'up', job: 'a"b\nc', ünï: 'köln €' });

test('a scalar', () => {
  expect(printed({ kind: 'scalar', timestampMs: 1500, value: 2 }).json).toBe('[1.500,"2"]');
});

test('a string', () => {
  expect(printed({ kind: 'string', timestampMs: 1000, value: 'say "hi"' }).json).toBe('[1,"say \\"hi\\""]');
});

test('a vector', () => {
  const value: Value = { kind: 'vector', timestampMs: 1001, samples: [{ labels: up, value: Number.NaN }] };
  expect(printed(value).json).toBe(
    '[{"metric":{"__name__":"up","job":"a\\"b\\nc","ünï":"köln €"},"value":[1.001,"NaN"]}]',
  );
  expect(printed({ ...value, samples: [] }).json).toBe('[]');
});

test('a matrix', () => {
  const timestamps = Float64Array.of(1000, 2000, 3001);
  const first = { labels: createLabels({ a: '1' }), timestamps, values: Float64Array.of(1, 1, -0.5) };
  const second = { labels: createLabels({}), timestamps, values: Float64Array.of(0, -0, 0) };
  expect(printed({ kind: 'matrix', series: [first, second] }).json).toBe(
    '[{"metric":{"a":"1"},"values":[[1,"1"],[2,"1"],[3.001,"-0.5"]]},' +
      '{"metric":{},"values":[[1,"0"],[2,"-0"],[3.001,"0"]]}]',
  );
});

test('a matrix in pieces is the same as in one', () => {
  const values = fc.array(fc.oneof(fc.double(), fc.constant(1)), { minLength: 1, maxLength: 700 });
  const shared = Float64Array.from({ length: 700 }, (_, i) => i * 15_000);
  const series = fc.tuple(values, fc.boolean()).map(([list, isShared]): SeriesSamples => {
    const timestamps = isShared ? shared : Float64Array.from(list, (_, i) => i * 1001);
    return { labels: up, timestamps, values: Float64Array.from(timestamps, (_, i) => list[i % list.length]) };
  });
  fc.assert(
    fc.property(fc.array(series, { maxLength: 4 }), fc.integer({ min: 16, max: 5000 }), (matrix, chunkBytes) => {
      const value: Value = { kind: 'matrix', series: matrix };
      const { json } = printed(value, chunkBytes);
      expect(json).toBe(printed(value).json);
      const parsed = JSON.parse(json) as { values: [number, string][] }[];
      expect(parsed.map(({ values }) => values.map(([time]) => Math.round(time * 1000)))).toEqual(
        matrix.map(({ timestamps }) => [...timestamps]),
      );
    }),
    { numRuns: 50 },
  );
});

test('raw samples of a long series have times of their own', () => {
  const count = 30_000;
  const timestamps = Float64Array.from({ length: count }, (_, i) => i * 1000);
  const value: Value = { kind: 'matrix', series: [{ labels: up, timestamps, values: new Float64Array(count) }] };
  const { json, pieces } = printed(value);
  const [{ values }] = JSON.parse(json) as [{ values: [number, string][] }];
  expect(values.map(([time]) => time * 1000)).toEqual([...timestamps]);
  expect(pieces).toBeGreaterThan(5);
});
