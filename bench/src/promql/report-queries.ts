import { median, table } from '../report.ts';
import { loadNote } from '../support/scene.ts';
import type { Agreement } from './agreement.ts';
import type { BenchmarkQuery } from './queries.ts';

/** What one query took, in milliseconds by the name of the subject, each a value a round. */
export interface Measured {
  readonly query: BenchmarkQuery;
  readonly milliseconds: ReadonlyMap<string, number[]>;
  /** The longest turns of Hearth's event loop. */
  readonly turns: number[];
  /** Of the answers of the others with those of Prometheus. */
  readonly agreements: ReadonlyMap<string, Agreement>;
}

const NOTE = `Prometheus and VictoriaMetrics are asked over HTTP on loopback, until the last byte of the answer is there; Hearth is
asked in its process, until the same JSON is encoded. No one keeps results. VictoriaMetrics means to differ: its rate() and
increase() do not extrapolate, and its windows reach back to the sample before them; it is not held to Prometheus' answers. Hearth means to
answer as Prometheus 3 does: Prometheus 2 extrapolates the rate of a counter that has just started anew a little further back.`;

/** The first of `subjects` is who the others are compared with. */
export function reportQueries(measured: readonly Measured[], subjects: readonly string[], rounds: number): void {
  const others = subjects.filter((name) => name !== 'hearth');
  const ratios = new Map(others.map((name) => [name, [] as number[]]));
  const rows = measured.map(({ query, milliseconds, turns, agreements }) => {
    const own = medianOf(milliseconds.get('hearth'));
    const speedups = others.map((name) => {
      const speedup = medianOf(milliseconds.get(name)) / own;
      if (Number.isFinite(speedup)) ratios.get(name)!.push(speedup);
      return times(speedup);
    });
    const cells = subjects.map((name) => fixed(medianOf(milliseconds.get(name))));
    const turn = turns.length === 0 ? '' : fixed(Math.max(...turns));
    return [query.name, agreementOf(agreements.get('hearth')), ...cells, ...speedups, turn];
  });
  const means = others.map((name) => times(geometricMean(ratios.get(name)!)));
  rows.push(['geometric mean', '', ...subjects.map(() => ''), ...means, '']);
  const header = [
    'query',
    'agrees',
    ...subjects.map((name) => `${name} ms`),
    ...others.map((name) => `than ${name}`),
    'longest turn ms',
  ];
  const title = `Queries over six hours of 6,000 series, 1,440 steps: median of ${rounds} rounds in turn; ${loadNote()}`;
  console.log(`${table(title, header, rows)}\n\n${NOTE}`);
  for (const { query, agreements } of measured) reportDifference(query, agreements.get('hearth'));
}

function reportDifference({ name, text }: BenchmarkQuery, agreement: Agreement | undefined): void {
  if (agreement === undefined || agreement.differing === 0) return;
  const { differing, samples, example } = agreement;
  console.log(`\n${name}: ${differing} of ${samples} samples differ from Prometheus'\n  ${text}\n  ${example}`);
}

function agreementOf(agreement: Agreement | undefined): string {
  if (agreement === undefined) return 'not compared';
  return agreement.differing === 0
    ? 'yes'
    : `all but ${((100 * agreement.differing) / agreement.samples).toFixed(2)} %`;
}

function medianOf(values: readonly number[] | undefined): number {
  return values === undefined || values.length === 0 ? Number.NaN : median(values);
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

function fixed(value: number): string {
  return Number.isNaN(value) ? '' : value.toFixed(1);
}

function times(speedup: number): string {
  return Number.isFinite(speedup) ? `${speedup.toFixed(1)}×` : '';
}
