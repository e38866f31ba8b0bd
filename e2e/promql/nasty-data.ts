import { compareLabels, createLabels, type Labels } from '@hearth/model';
import { openDb } from '@hearth/tsdb';
import { createRandom } from '../tsdb/generated-series.ts';

/** Numbers from 0 to below 1. */
type Random = () => number;

/** A whole minute. The data begin here, and take fifty minutes: less than what a head takes at once. */
export const DATA_START_MS = 1_700_000_040_000;
export const DATA_MS = 3_000_000;

/**
 * Milliseconds within a second at which targets are scraped. Queries look at other ones, and windows are whole or half
 * seconds long: no sample lies on the edge of a window, where Prometheus 2 and 3 differ.
 */
const PHASES = [123, 377, 877];

/** `undefined` is a staleness marker. */
type Sample = readonly [timeMs: number, value: number | undefined];

interface Series {
  readonly labels: Labels;
  readonly samples: readonly Sample[];
}

/** Writes a data directory of about a hundred small series: everything that queries may stumble over. */
export async function writeNastyData(directory: string): Promise<void> {
  const db = await openDb({ directory, log: () => undefined, compactsByItself: false, retentionMs: 0 });
  const series = nastySeries();
  const first = db.appender();
  // In the order of their labels: Prometheus reads series in the order of their creation, which decides between equals.
  const refs = series.map(({ labels }) => first.seriesRef(labels));
  for (const [i, { samples }] of series.entries()) {
    for (const [timeMs, value] of samples) {
      const ref = refs[i];
      const refusal = value === undefined ? first.appendStale(ref, timeMs) : first.append(ref, timeMs, value);
      if (refusal !== undefined) throw new Error(`BUG: a sample was refused: ${refusal}`);
    }
  }
  await first.commit();
  await db.close();
}

function nastySeries(): readonly Series[] {
  const random = createRandom(42);
  const series: Series[] = [];
  const add = (labels: Readonly<Record<string, string>>, samples: readonly Sample[]) =>
    void series.push({ labels: createLabels(labels), samples });
  addCounters(add, random);
  addHistograms(add, random);
  addGauges(add, random);
  addRarities(add, random);
  return series.sort((a, b) => compareLabels(a.labels, b.labels));
}

type Add = (labels: Readonly<Record<string, string>>, samples: readonly Sample[]) => void;

interface Times {
  readonly everyMs: number;
  /** Parts of the whole; all of it where they are missing. */
  readonly from?: number;
  readonly to?: number;
}

/** Values are multiples of 1/8, so that most sums are exact whatever their order. */
function sampled({ everyMs, from = 0, to = 1 }: Times, phase: number, valueAt: (i: number) => number): Sample[] {
  const samples: Sample[] = [];
  const end = DATA_START_MS + to * DATA_MS;
  let i = 0;
  for (let time = DATA_START_MS + from * DATA_MS; time < end; time += everyMs) {
    samples.push([time + phase, valueAt(i)]);
    i++;
  }
  return samples;
}

const HIGH = 1_000_000;

/**
 * Counters without gaps start at nothing, and again now and then; those with gaps and late starts are high: where a window
 * starts well before the first sample of a small counter, Prometheus 2 and 3 extrapolate differently.
 */
function counter(random: Random, start: number): (i: number) => number {
  let value = start;
  return (i) => {
    if (i > 0) value += random() < 0.3 ? 0 : Math.floor(random() * 40);
    if (start === 0 && random() < 0.02) value = 0;
    return value;
  };
}

function addCounters(add: Add, random: Random): void {
  let n = 0;
  for (const [job, instance] of TARGETS) {
    for (const method of ['get', 'post']) {
      for (const code of ['200', '404', '500']) {
        n++;
        if (n % 7 === 0) continue;
        const name = { __name__: 'requests_total', job, instance, method, code };
        const hasGaps = n % 3 === 0;
        const values = counter(random, hasGaps ? HIGH : 0);
        const all = sampled({ everyMs: 15_000 }, PHASES[n % 3], values);
        add(name, hasGaps ? withHoles(all, random) : all);
      }
    }
  }
  const late = sampled({ everyMs: 15_000, from: 0.5 }, 123, counter(random, HIGH));
  add({ __name__: 'requests_total', job: 'api', instance: 'late:1', method: 'get', code: '200' }, late);
  const growing = (name: string) => ({ __name__: name, job: 'api', instance: 'a:1' });
  add(growing('growing_a_total'), sampled({ everyMs: 30_000 }, 377, counter(random, 0)));
  add(growing('growing_b_total'), sampled({ everyMs: 30_000 }, 377, counter(random, 0)));
  add(
    { __name__: 'still_total', job: 'api' },
    sampled({ everyMs: 20_000 }, 123, () => 5e6),
  );
}

const TARGETS = [
  ['api', 'a:1'],
  ['api', 'b:1'],
  ['web', 'a:1'],
  ['web', 'c:2'],
] as const;

/** Leaves out single samples and stretches of them, and ends some of the stretches with a staleness marker. */
function withHoles(samples: readonly Sample[], random: Random): Sample[] {
  const left: Sample[] = [];
  let hole = 0;
  for (const sample of samples) {
    if (hole > 0) {
      hole--;
      continue;
    }
    if (random() < 0.04) {
      hole = Math.floor(random() * 30);
      if (random() < 0.5) left.push([sample[0], undefined]);
      continue;
    }
    if (random() < 0.05) continue;
    left.push(sample);
  }
  return left;
}

function addHistograms(add: Add, random: Random): void {
  const bounds = ['0.1', '0.5', '1', '2.5', '+Inf'];
  const kinds = [
    { instance: 'a:1', les: bounds },
    { instance: 'b:1', les: bounds.slice(0, -1) },
    { instance: 'c:2', les: ['-1', '0', '1', '+Inf'] },
    { instance: 'd:3', les: ['1e1', '10.5', 'many', '+Inf'] },
    { instance: 'e:1', les: ['+Inf'] },
  ];
  for (const { instance, les } of kinds) {
    const totals = les.map(() => 0);
    const columns = les.map((): Sample[] => []);
    const times = sampled({ everyMs: 15_000 }, 877, () => 0);
    for (const [time] of times) {
      for (let observed = time === times[0][0] ? 0 : Math.floor(random() * 20); observed > 0; observed--) {
        const at = Math.floor(random() * les.length);
        for (let i = at; i < les.length; i++) totals[i]++;
      }
      for (const [i, column] of columns.entries()) column.push([time, totals[i]]);
    }
    const isUneven = instance === 'c:2';
    for (const [i, le] of les.entries()) {
      const column = isUneven && i === 1 ? columns[i].map(([t, v]) => [t, v! * 4] as const) : columns[i];
      add({ __name__: 'latency_bucket', job: 'api', instance, le }, column);
    }
    add({ __name__: 'latency_count', job: 'api', instance }, columns.at(-1)!);
    const sum = columns.at(-1)!.map(([t, v]) => [t, v! * 0.375] as const);
    add({ __name__: 'latency_sum', job: 'api', instance }, sum);
  }
}

function addGauges(add: Add, random: Random): void {
  const eighths = (span: number) => () => Math.floor(random() * span * 8) / 8 - span / 2;
  const rare = [Number.NaN, Infinity, -Infinity, -0, 0];
  for (const [i, [job, instance]] of TARGETS.entries()) {
    add(
      { __name__: 'memory_bytes', job, instance },
      sampled({ everyMs: 15_000 }, 123, () => 4096 * Math.floor(random() * 1e5)),
    );
    add(
      { __name__: 'up', job, instance },
      sampled({ everyMs: 15_000 }, 377, () => (random() < 0.9 ? 1 : 0)),
    );
    const temperature = sampled({ everyMs: 10_000 }, PHASES[i % 3], eighths(80));
    add({ __name__: 'temperature', job, instance, room: `r${i % 2}` }, withHoles(temperature, random));
  }
  const odd = sampled({ everyMs: 10_000 }, 877, () =>
    random() < 0.2 ? rare[Math.floor(random() * 5)] : eighths(20)(),
  );
  add({ __name__: 'temperature', job: 'api', instance: 'odd:1', room: 'r0' }, odd);
  add(
    { __name__: 'temperature', room: 'r9' },
    sampled({ everyMs: 10_000 }, 123, () => Number.NaN),
  );
  for (const rack of ['1', '2', '3']) {
    add({ __name__: 'load', job: 'web', rack }, sampled({ everyMs: 20_000 }, 377, eighths(16)));
  }
}

function addRarities(add: Add, random: Random): void {
  const one = () => 1;
  const minute = { everyMs: 60_000 };
  const info = { __name__: 'build_info', job: 'api', instance: 'a:1' };
  const before = sampled({ ...minute, to: 0.5 }, 123, one);
  add({ ...info, version: '1.0' }, [...before, [DATA_START_MS + DATA_MS / 2 + 123, undefined]]);
  add({ ...info, version: '1.1' }, sampled({ ...minute, from: 0.5 }, 123, one));
  add({ __name__: 'build_info', job: 'api', instance: 'b:1', version: '1.0' }, sampled(minute, 377, one));
  add({ __name__: 'build_info', job: 'web', instance: 'c:2', version: '2.0-köln €' }, sampled(minute, 377, one));
  add(
    { __name__: 'sparse', job: 'api' },
    sampled({ everyMs: 260_000 }, 877, () => Math.floor(random() * 100)),
  );
  add(
    { __name__: 'sparse', job: 'web' },
    sampled({ everyMs: 410_000 }, 877, () => Math.floor(random() * 100)),
  );
  add({ __name__: 'single', job: 'api' }, [[DATA_START_MS + 1_000_123, 7.5]]);
  add(
    { __name__: 'odd_labels', path: 'a"b\\c', job: 'api' },
    sampled(minute, 123, (i) => i),
  );
  add(
    { __name__: 'odd_labels', path: '/köln/€/😀', job: 'web' },
    sampled(minute, 123, (i) => 2 * i),
  );
  add(
    { __name__: 'odd_labels', path: '', job: 'x-y.z' },
    sampled(minute, 123, (i) => -i),
  );
  for (let i = 0; i < 4; i++) {
    const from = i / 4;
    const comesAndGoes = sampled({ everyMs: 15_000, from, to: from + 0.3 }, 123, (n) => n + i);
    add({ __name__: 'pods', pod: `p${i}`, job: 'web' }, [
      ...comesAndGoes,
      [comesAndGoes.at(-1)![0] + 15_000, undefined],
    ]);
  }
}
