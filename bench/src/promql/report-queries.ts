import { median, table } from '../report.ts';
import { loadNote } from '../support/scene.ts';
import type { Agreement } from './agreement.ts';
import type { BenchmarkQuery } from './queries.ts';

/** What one query took, in milliseconds by the name of the subject, each a value a round. */
export interface Measured {
  readonly query: BenchmarkQuery;
  readonly milliseconds: ReadonlyMap<string, number[]>;
  /** The same of the processors, all threads of the subject together. */
  readonly cpuMilliseconds: ReadonlyMap<string, number[]>;
  /** The longest turns of Hearth's event loop. */
  readonly turns: number[];
  /** Of the answers of the others with those of Prometheus. */
  readonly agreements: ReadonlyMap<string, Agreement>;
}

const NOTE = `Prometheus and VictoriaMetrics are asked over HTTP on loopback, until the last byte of the answer is there; Hearth is
asked in its process, until the same JSON is encoded. No one keeps results. VictoriaMetrics means to differ: its rate() and
increase() do not extrapolate, and its windows reach back to the sample before them; it is not held to Prometheus' answers. Hearth
means to answer as Prometheus 3 does: Prometheus 2 extrapolates the rate of a counter that has just started anew a little further back.`;

/** The first of `subjects` is who the others are compared with. */
export function reportQueries(measured: readonly Measured[], subjects: readonly string[], rounds: number): void {
  const what = 'Queries over six hours of 6,000 series, 1,440 steps';
  const title = `${what}: milliseconds, median of ${rounds} rounds in turn; ${loadNote()}`;
  const notes = {
    header: ['agrees', 'longest turn'],
    cellsOf: ({ agreements, turns }: Measured) => [
      agreementOf(agreements.get('hearth')),
      turns.length === 0 ? '' : fixed(Math.max(...turns)),
    ],
  };
  console.log(figuresTable(title, measured, { subjects, figure: 'milliseconds', notes }));
  const cpuTitle = `${what}: milliseconds of CPU, all threads`;
  console.log(figuresTable(cpuTitle, measured, { subjects, figure: 'cpuMilliseconds' }));
  console.log(`\n${NOTE}`);
  for (const { query, agreements } of measured) reportDifference(query, agreements.get('hearth'));
}

interface FiguresTable {
  readonly subjects: readonly string[];
  readonly figure: 'milliseconds' | 'cpuMilliseconds';
  /** Further columns, at the end. */
  readonly notes?: { readonly header: readonly string[]; readonly cellsOf: (measured: Measured) => readonly string[] };
}

function figuresTable(title: string, measured: readonly Measured[], options: FiguresTable): string {
  const { subjects, figure, notes = { header: [], cellsOf: () => [] } } = options;
  const others = subjects.filter((name) => name !== 'hearth');
  const ratios = new Map(others.map((name) => [name, [] as number[]]));
  const rows = measured.map((each) => {
    const own = medianOf(each[figure].get('hearth'));
    const speedups = others.map((name) => {
      const speedup = medianOf(each[figure].get(name)) / own;
      if (Number.isFinite(speedup)) ratios.get(name)!.push(speedup);
      return times(speedup);
    });
    const cells = subjects.map((name) => fixed(medianOf(each[figure].get(name))));
    return [each.query.name, ...cells, ...speedups, ...notes.cellsOf(each)];
  });
  const means = others.map((name) => times(geometricMean(ratios.get(name)!)));
  rows.push(['geometric mean', ...subjects.map(() => ''), ...means, ...notes.header.map(() => '')]);
  const header = ['query', ...subjects, ...others.map((name) => `than ${name}`), ...notes.header];
  return table(title, header, rows);
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
