import { createLabels, formatFloat } from '@hearth/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEngine } from './create-engine.ts';
import { PromqlError } from './errors.ts';
import { createMemoryStorage } from './memory/create-memory-storage.ts';
import { functionSignatures } from './syntax/functions.ts';
import { parseExpression } from './syntax/parse-expression.ts';
import { printExpression } from './syntax/printing.ts';
import { arbitraryExpression } from './testing/arbitrary-expressions.ts';
import { NaiveEngine, NaiveFailure, type NaiveSeries } from './testing/naive-engine.ts';

const SCRAPE_MS = 15_000;
const SCRAPES = 40;
const LOOKBACK_MS = 60_000;

const value = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 4, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 0) },
);

/** Mostly regular; sometimes a sample is missing, late, or the series has ended. */
const samples = fc
  .array(fc.record({ value, fate: fc.nat(19), lateMs: fc.nat(4000) }), { minLength: SCRAPES, maxLength: SCRAPES })
  .map((scrapes) =>
    scrapes.flatMap(({ value: v, fate, lateMs }, i) => {
      if (fate === 0) return [];
      const t = i * SCRAPE_MS + (fate === 1 ? lateMs : 0);
      return [{ t, v: fate === 2 ? undefined : v }];
    }),
  );

const labels = fc
  .record({
    __name__: fc.constantFrom('a_total', 'b_total', 'c_bucket'),
    job: fc.constantFrom('', 'x', 'y'),
    instance: fc.constantFrom('1', '2', '3'),
    le: fc.constantFrom('', '1', '5', '+Inf'),
  })
  .map(createLabels);

const data: fc.Arbitrary<readonly NaiveSeries[]> = fc.uniqueArray(fc.record({ labels, samples }), {
  selector: ({ labels: { key } }) => key,
  minLength: 3,
  maxLength: 12,
});

const functions = [...functionSignatures.keys()].filter(
  (name) =>
    !/^(double_exponential_smoothing|histogram_(avg|count|sum|std.*|quantiles)|info|sort_by_label.*|start_timestamp|start|end|step|range|m.._of)$/.test(
      name,
    ),
);

const expression = arbitraryExpression({
  types: ['vector', 'scalar'],
  maxDepth: 4,
  metricNames: ['a_total', 'b_total', 'c_bucket'],
  labelNames: ['job', 'instance', 'le'],
  labelValues: ['x', '1', '5'],
  functions,
  // Left out: topk and others that choose between equal values, and count_values, whose labels show the last digit.
  aggregations: ['sum', 'avg', 'count', 'group', 'min', 'max', 'stddev', 'stdvar', 'quantile'],
  // Left out: %, which makes a large difference of a small one.
  binaryOperators: ['+', '-', '*', '/', '^', 'atan2', '==', '!=', '>', '<', '>=', '<=', 'and', 'or', 'unless'],
  numbers: [0, 1, 2, 0.5, -1, 100],
  durationsMs: [15_000, 30_000, 60_000, 150_000],
  timestampsMs: [0, 100_000, 450_000],
});

const grid = fc.record({
  startMs: fc.integer({ min: 0, max: 400_000 }),
  steps: fc.constantFrom(1, 2, 7, 30),
  stepMs: fc.constantFrom(5000, 15_000, 60_000),
});

it('gives at every step of a range what the definition of PromQL gives', async () => {
  await fc.assert(
    fc.asyncProperty(data, expression, grid, async (series, tree, { startMs, steps, stepMs }) => {
      const text = printExpression(tree);
      const query = parseExpression(text, { experimentalFunctions: true });
      const endMs = startMs + (steps - 1) * stepMs;
      const expected = evaluateNaively(query, { series, startMs, endMs, stepMs });
      const storage = storageOf(series);
      const engine = createEngine({ lookbackMs: LOOKBACK_MS, experimentalFunctions: true });
      const answer = await engine.range(storage, { text, startMs, endMs, stepMs }).catch((error: unknown) => error);
      if (answer instanceof Error) {
        if (!(answer instanceof PromqlError) || answer.code !== 'execution') throw answer;
        // Functions over ranges refuse equal labels even where no step has both; names and patterns are looked at first.
        if (!/same labelset|invalid/.test(answer.message))
          expect(expected, answer.message).toBeInstanceOf(NaiveFailure);
        return;
      }
      if (expected instanceof Error) throw new Error(`no failure, but ${expected.message} was expected`);
      const { value: result } = answer as Awaited<ReturnType<typeof engine.range>>;
      if (result.kind !== 'matrix') throw new Error('no matrix');
      const found = new Map<string, number>();
      for (const { labels: of, timestamps, values } of result.series) {
        for (const [i, t] of timestamps.entries()) found.set(`${of.toString()} @ ${t}`, values[i]);
      }
      expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [key, number] of expected) {
        const other = found.get(key)!;
        if (!isClose(number, other)) expect(`${key}: ${formatFloat(other)}`).toBe(`${key}: ${formatFloat(number)}`);
      }
    }),
    { numRuns: 3000 },
  );
}, 60_000);

function storageOf(series: readonly NaiveSeries[]) {
  const storage = createMemoryStorage();
  for (const { labels: of, samples: list } of series) {
    for (const { t, v } of list) {
      if (v === undefined) storage.appendStale(of, t);
      else storage.append(of, t, v);
    }
  }
  return storage;
}

function evaluateNaively(
  query: Parameters<NaiveEngine['evaluate']>[0],
  {
    series,
    startMs,
    endMs,
    stepMs,
  }: {
    readonly series: readonly NaiveSeries[];
    readonly startMs: number;
    readonly endMs: number;
    readonly stepMs: number;
  },
): ReadonlyMap<string, number> | NaiveFailure {
  const naive = new NaiveEngine({ data: series, startMs, endMs, lookbackMs: LOOKBACK_MS });
  const values = new Map<string, number>();
  try {
    for (let t = startMs; t <= endMs; t += stepMs) {
      for (const { labels: of, value: number } of naive.evaluate(query, t))
        values.set(`${of.toString()} @ ${t}`, number);
    }
  } catch (error) {
    if (error instanceof NaiveFailure) return error;
    throw error;
  }
  return values;
}

/** Near zero a sum that cancels out has no digits to compare. */
function isClose(a: number, b: number): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  return Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b)) || Math.abs(a - b) < 1e-7;
}
