import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LabelValues } from './metric.ts';
import { SeriesTable } from './series-table.ts';

function tableOf(labelNames: string[], maxSeries: number, foldedLabels?: string[]) {
  const refused: LabelValues[] = [];
  const table = new SeriesTable(labelNames, {
    maxSeries,
    ...(foldedLabels && { foldedLabels }),
    onOverflow: (labels) => refused.push(labels),
  });
  return { table, refused };
}

describe('series', () => {
  test('are numbered in the order they are first seen', () => {
    const { table } = tableOf(['method', 'status'], 10);
    expect(table.seriesOf(['GET', '200'])).toBe(0);
    expect(table.seriesOf(['GET', '404'])).toBe(1);
    expect(table.seriesOf(['GET', '200'])).toBe(0);
    expect(table.labelsOf(1)).toEqual({ method: 'GET', status: '404' });
    expect(table.size).toBe(2);
  });

  test('are one per tuple of values, whatever the values are', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 50 }), (tuples) => {
        const { table } = tableOf(['a', 'b'], 1000);
        const series = tuples.map((values) => table.seriesOf(values));
        expect(new Set(series).size).toBe(new Set(tuples.map((values) => JSON.stringify(values))).size);
        tuples.forEach(([a, b], i) => {
          expect(table.labelsOf(series[i]!)).toEqual({ a, b });
        });
      }),
    );
  });
});

describe('at the cap', () => {
  test('all labels become overflow, and the first that found no place is reported once', () => {
    const { table, refused } = tableOf(['user'], 2);
    for (const user of ['ada', 'grace', 'edsger', 'barbara']) table.seriesOf([user]);
    expect([0, 1, 2].map((series) => table.labelsOf(series))).toEqual([
      { user: 'ada' },
      { user: 'grace' },
      { user: 'overflow' },
    ]);
    expect(table.size).toBe(3);
    expect(refused).toEqual([{ user: 'edsger' }]);
  });

  test('series that were there before are still found', () => {
    const { table } = tableOf(['user'], 1);
    table.seriesOf(['ada']);
    table.seriesOf(['grace']);
    expect(table.seriesOf(['ada'])).toBe(0);
  });

  test('only the labels to be folded are', () => {
    const { table } = tableOf(['endpoint', 'status'], 1, ['endpoint']);
    table.seriesOf(['/', '200']);
    expect(table.labelsOf(table.seriesOf(['/x', '500']))).toEqual({ endpoint: 'overflow', status: '500' });
    expect(table.labelsOf(table.seriesOf(['/y', '500']))).toEqual({ endpoint: 'overflow', status: '500' });
  });

  test('a label that is not folded cannot grow without end either', () => {
    const { table } = tableOf(['endpoint', 'status'], 5, ['endpoint']);
    for (let i = 0; i < 100; i++) table.seriesOf([`/${i}`, String(i)]);
    expect(table.size).toBe(11);
    expect(table.labelsOf(10)).toEqual({ endpoint: 'overflow', status: 'overflow' });
  });

  test('a metric without labels has its one series', () => {
    const { table, refused } = tableOf([], 1);
    expect([table.seriesOf([]), table.seriesOf([])]).toEqual([0, 0]);
    expect(refused).toEqual([]);
  });
});

describe('label names', () => {
  test.each(['', '9', 'a-b', 'a b', '__name__', 'le', 'quantile', 'ä'])('%j is refused', (name) => {
    expect(() => tableOf([name], 1)).toThrow(`"${name}" cannot be the name of a label`);
  });

  test('a name given twice is refused', () => {
    expect(() => tableOf(['a', 'b', 'a'], 1)).toThrow('a label is named twice in: a, b, a');
  });
});
