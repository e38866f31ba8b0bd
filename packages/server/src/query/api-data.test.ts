import { describe, expect, test } from 'vitest';
import { parseLabelSets, parseQueryData, parseTexts, ShapeError } from './api-data.ts';

const metric = { __name__: 'up', job: 'api' };

test('a vector', () => {
  const { series } = vector(
    { metric, value: [1.5, '2'] },
    { metric: {}, histogram: [1, { count: '3', sum: '4', buckets: [] }] },
  );
  expect(series.map(({ labels, point }) => [labels.toMetricString(), point])).toEqual([
    ['up{job="api"}', [1.5, '2']],
    ['{}', [1, { count: '3', sum: '4', buckets: [] }]],
  ]);
});

function vector(...result: readonly unknown[]) {
  const data = parseQueryData({ resultType: 'vector', result });
  if (data.kind !== 'vector') throw new Error(data.kind);
  return data;
}

test('a matrix, its floats and histograms by time', () => {
  const histograms = [[2, { count: '3', sum: '4' }]];
  const values = [
    [1, '1'],
    [3, 'NaN'],
  ];
  expect(parseQueryData({ resultType: 'matrix', result: [{ metric, values, histograms }, { metric }] })).toMatchObject({
    kind: 'matrix',
    series: [
      {
        points: [
          [1, '1'],
          [2, { count: '3', sum: '4' }],
          [3, 'NaN'],
        ],
      },
      { points: [] },
    ],
  });
});

test.each(['scalar', 'string'])('a %s', (resultType) => {
  expect(parseQueryData({ resultType, result: [1, '5'] })).toEqual({ kind: resultType, point: [1, '5'] });
});

test('labels are no properties of objects', () => {
  const data: unknown = JSON.parse('[{"__proto__": "a", "constructor": "b"}]');
  expect(String(parseLabelSets(data)[0])).toBe('{__proto__="a", constructor="b"}');
});

describe('refuses, naming the place', () => {
  const of = (resultType: unknown, result: unknown) => ({ resultType, result });
  test.each<[unknown, string]>([
    [undefined, 'data is not an object'],
    [[], 'data is not an object'],
    [of('tensor', []), 'data.resultType is not a type of result that is known here'],
    [of('vector', {}), 'data.result is not an array'],
    [of('vector', [{ metric, value: [1, '1'] }, null]), 'data.result[1] is not an object'],
    [of('vector', [{ value: [1, '1'] }]), 'data.result[0].metric is not an object of labels'],
    [of('vector', [{ metric: { a: 1 }, value: [1, '1'] }]), 'data.result[0].metric is not an object of labels'],
    [of('vector', [{ metric: { '': 'a' }, value: [1, '1'] }]), 'data.result[0].metric is not an object of labels'],
    [of('vector', [{ metric }]), 'data.result[0].value is not a time and a value'],
    [of('vector', [{ metric, value: [1, 1] }]), 'data.result[0].value is not a time and a value'],
    [of('vector', [{ metric, value: ['1', '1'] }]), 'data.result[0].value is not a time and a value'],
    [of('vector', [{ metric, histogram: [1, '1'] }]), 'data.result[0].histogram is not a time and a histogram'],
    [
      of('vector', [{ metric, histogram: [1, { count: 1, sum: '1' }] }]),
      'data.result[0].histogram is not a time and a histogram',
    ],
    [of('matrix', [{ metric, values: [[1, '1'], [2]] }]), 'data.result[0].values[1] is not a time and a value'],
    [of('matrix', [{ metric, values: 5 }]), 'data.result[0].values is not an array'],
    [of('scalar', [1, '1', 2]), 'data.result is not a time and a value'],
  ])('%j', (data, message) => {
    expect(() => parseQueryData(data)).toThrow(
      new ShapeError(message.split(' is not ')[0], message.split(' is not ')[1]),
    );
  });

  test('series and texts', () => {
    expect(() => parseLabelSets([{}, 5])).toThrow('data[1] is not an object of labels');
    expect(() => parseTexts(['a', 5])).toThrow('data[1] is not a text');
    expect(() => parseTexts(null)).toThrow('data is not an array');
  });
});
