import { createLabels, formatJsonFloat } from '@hearth/model';
import type { MatrixValue } from '@hearth/promql';
import { JsonWriter, resultPart } from '@hearth/server';
import { median, table } from '../report.ts';
import { createRandom } from '../support/random.ts';

const SERIES = 500;
const POINTS = 1000;
const ROUNDS = 7;

const random = createRandom(1);

/** What panels show: a value by series and point. */
const KINDS: Readonly<Record<string, (series: number, point: number) => number>> = {
  'a constant': () => 42,
  'a counter': (series, point) => series * 1000 + point * 7,
  'milliseconds in seconds': () => Math.round(random() * 1e5) / 1000,
  'a rate': (series, point) => (series * point) / 60,
  'random doubles': () => random() * 100,
};

/**
 * The answer to a range query of half a million points as JSON: our writer beside JSON.stringify, which is given the points
 * as objects, because it takes no others. `longest` is the longest stretch of work between two rests.
 */
export async function benchEncodeJson(): Promise<void> {
  const rows = Object.entries(KINDS).map(([name, valueAt]) => {
    const matrix = matrixOf(valueAt);
    const longest: number[] = [];
    const ours = timeOf(() => longest.push(writeMatrix(matrix)));
    const theirs = timeOf(() => Buffer.from(stringify(matrix)));
    const perPoint = (ms: number) => `${Math.round((ms * 1e6) / (SERIES * POINTS))} ns`;
    return [
      name,
      '',
      perPoint(ours),
      perPoint(theirs),
      `${(theirs / ours).toFixed(1)} ×`,
      `${median(longest).toFixed(1)} ms`,
    ];
  });
  const title = `The JSON of a range query: ${SERIES} series of ${POINTS} points, time a point`;
  console.log(table(title, ['values', '', 'our writer', 'JSON.stringify', 'ratio', 'longest'], rows));
}

function matrixOf(valueAt: (series: number, point: number) => number): MatrixValue {
  const timestamps = Float64Array.from({ length: POINTS }, (_, i) => 1_700_000_000_000 + i * 15_000);
  const series = Array.from({ length: SERIES }, (_, i) => ({
    labels: createLabels({ __name__: 'http_requests_total', instance: `host-${i}:9100`, job: 'api' }),
    timestamps,
    values: Float64Array.from({ length: POINTS }, (_, j) => valueAt(i, j)),
  }));
  return { kind: 'matrix', series };
}

/** Milliseconds of the longest stretch between two rests. */
function writeMatrix(matrix: MatrixValue): number {
  const writer = new JsonWriter();
  let longest = 0;
  let started = performance.now();
  for (const _ of resultPart(matrix)(writer)) {
    writer.take();
    const now = performance.now();
    longest = Math.max(longest, now - started);
    started = now;
  }
  writer.take();
  return longest;
}

function stringify({ series }: MatrixValue): string {
  return JSON.stringify(
    series.map(({ labels, timestamps, values }) => ({
      metric: labels,
      values: Array.from(values, (value, i) => [timestamps[i]! / 1000, formatJsonFloat(value)]),
    })),
  );
}

function timeOf(work: () => unknown): number {
  work();
  const times = Array.from({ length: ROUNDS }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
  return median(times);
}
