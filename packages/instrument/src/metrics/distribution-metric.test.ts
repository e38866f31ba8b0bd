import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { DistributionMetric } from './distribution-metric.ts';
import { SeriesTable } from './series-table.ts';

function histogramOf(bounds: number[], labelNames: string[] = []) {
  const table = new SeriesTable(labelNames, { maxSeries: 1000, onOverflow: () => undefined });
  return new DistributionMetric('wait_seconds', 'Wait', table, bounds);
}

test('counts what lies at a bound into its bucket, and the rest into +Inf', async () => {
  const histogram = histogramOf([0.5, 1]);
  const series = histogram.table.seriesOf([]);
  for (const value of [0.1, 0.5, 0.7, 1, 1.5]) histogram.observe(series, value);
  const { values } = await histogram.get();
  expect(values.map(({ metricName, labels, value }) => [metricName, labels, value])).toEqual([
    ['wait_seconds_bucket', { le: '0.5' }, 2],
    ['wait_seconds_bucket', { le: '1.0' }, 4],
    ['wait_seconds_bucket', { le: '+Inf' }, 5],
    ['wait_seconds_sum', {}, 3.8],
    ['wait_seconds_count', {}, 5],
  ]);
});

test('agrees with prom-client on any observations of any series', async () => {
  const bounds = [0.005, 0.1, 1, 10];
  const observation = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.double({ min: 0, max: 20, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(fc.array(observation, { maxLength: 40 }), async (observations) => {
      const ours = histogramOf(bounds, ['kind']);
      const theirs = new Histogram({
        name: 'wait_seconds',
        help: 'Wait',
        labelNames: ['kind'],
        buckets: bounds,
        registers: [new Registry()],
      });
      for (const [kind, value] of observations) {
        ours.observe(ours.table.seriesOf([kind]), value);
        theirs.observe({ kind }, value);
      }
      const expected = (await theirs.get()).values.map(({ labels, metricName, value }) => [
        metricName,
        (labels as { kind: string }).kind,
        Number(String((labels as { le?: string | number }).le ?? 0).replace('+Inf', 'Infinity')),
        value,
      ]);
      const actual = (await ours.get()).values.map(({ labels, metricName, value }) => [
        metricName,
        labels.kind,
        Number(String(labels.le ?? 0).replace('+Inf', 'Infinity')),
        value,
      ]);
      expect(actual).toEqual(expected);
    }),
  );
});

test('without buckets it is a summary of sum and count', async () => {
  const summary = histogramOf([]);
  summary.observe(summary.table.seriesOf([]), 2);
  const { type, values } = await summary.get();
  expect(type).toBe('summary');
  expect(values.map(({ metricName, value }) => [metricName, value])).toEqual([
    ['wait_seconds_sum', 2],
    ['wait_seconds_count', 1],
  ]);
});

test('keeps the latest exemplar of each bucket', async () => {
  const histogram = histogramOf([1]);
  const series = histogram.table.seriesOf([]);
  const exemplar = (id: string, value: number) => ({ labelSet: { trace_id: id }, value, timestamp: 1 });
  histogram.observeWithExemplar(series, 0.1, exemplar('first', 0.1));
  histogram.observeWithExemplar(series, 0.2, exemplar('second', 0.2));
  histogram.observeWithExemplar(series, 5, exemplar('slow', 5));
  const { values } = await histogram.get();
  expect(values.map((sample) => sample.exemplar?.labelSet.trace_id)).toEqual(['second', 'slow', undefined, undefined]);
});

test('starts anew after a reset, with its series at 0', async () => {
  const histogram = histogramOf([1]);
  histogram.observe(histogram.table.seriesOf([]), 0.5);
  histogram.reset();
  expect((await histogram.get()).values.map(({ value }) => value)).toEqual([0, 0, 0, 0]);
});

describe('buckets that are refused', () => {
  test.each([[[1, 1]], [[2, 1]], [[Number.NaN]], [[1, Number.POSITIVE_INFINITY]]])('%j', (bounds) => {
    expect(() => histogramOf(bounds)).toThrow('the buckets of wait_seconds must be finite and rising');
  });
});
