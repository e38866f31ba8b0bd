import { freePort } from '../support/free-port.ts';
import { cpuMillisecondsOf, startWorker } from '../support/programs.ts';
import { prometheusIsMissing, startPrometheus } from '../support/prometheus.ts';
import { playScene, type Scene, settingOf } from '../support/scene.ts';
import { type Agreement, compareAnswers } from './agreement.ts';
import { type Data, prepareData } from './data.ts';
import type { QuerierOptions } from './querier.ts';
import { type BenchmarkQuery, QUERIES } from './queries.ts';
import { type Measured, reportQueries } from './report-queries.ts';
import { httpSubject, type Subject, workerSubject } from './subjects.ts';
import { startVictoriaMetrics, victoriaMetricsIsMissing } from './victoria-metrics.ts';

const ROUNDS = settingOf('BENCH_QUERY_ROUNDS', 5);

/**
 * How long a dashboard's queries take, each over six hours of 6,000 series, in rounds: one after the other asks each query
 * of everybody. The first answers, which are not counted, are compared with each other.
 *
 * `BENCH_QUERY` is a regular expression for the names of the queries to run; with `BENCH_QUERY_PROFILE`, a directory, only
 * Hearth runs, and leaves a profile there.
 */
export async function benchPromqlQueries(): Promise<void> {
  const profiles = process.env.BENCH_QUERY_PROFILE;
  if (prometheusIsMissing) {
    console.log('\nQueries: skipped, no prometheus and promtool on the PATH');
    return;
  }
  if (victoriaMetricsIsMissing) console.log('\nNo victoria-metrics on the PATH: its queries are left out.');
  const chosen = new RegExp(process.env.BENCH_QUERY ?? '');
  await playScene(async (scene) => {
    const data = await prepareData(scene);
    const hearth = await startHearth(data, scene, profiles);
    const peers = profiles === undefined ? await startPeers(data, scene) : [];
    const measured: Measured[] = [];
    for (const query of QUERIES.filter(({ name }) => chosen.test(name))) {
      measured.push(await compare(query, peers, hearth));
    }
    const subjects = [...peers, hearth];
    for (let round = 0; round < ROUNDS; round++) {
      for (const each of measured) await measure(each, round % 2 === 0 ? subjects : subjects.toReversed());
    }
    reportQueries(
      measured,
      subjects.map(({ name }) => name),
      ROUNDS,
    );
  });
}

async function startPeers(data: Data, { add }: Scene): Promise<Subject[]> {
  const flags = ['--storage.tsdb.retention.time=100y'];
  const prometheus = await startPrometheus({ data: data.prometheus, config: {}, flags, started: add });
  const subjects = [httpSubject('prometheus', prometheus)];
  if (!victoriaMetricsIsMissing) {
    const port = await freePort();
    const victoriaMetrics = await startVictoriaMetrics({ data: data.victoriaMetrics, port, started: add });
    subjects.push(httpSubject('victoria', victoriaMetrics));
  }
  return subjects;
}

async function startHearth(data: Data, { add }: Scene, profiles: string | undefined): Promise<Subject> {
  const options: QuerierOptions = { directory: data.hearth };
  const execArgv = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  const program = add(startWorker('promql/querier', options, execArgv));
  await program.message();
  return workerSubject('hearth', program);
}

async function compare(query: BenchmarkQuery, peers: readonly Subject[], hearth: Subject): Promise<Measured> {
  const subjects = [...peers, hearth];
  const bodies = new Map<string, string>();
  for (const subject of subjects) {
    try {
      const { body } = await subject.ask(query.text, { wantsBody: true });
      bodies.set(subject.name, body);
    } catch (error) {
      console.log(`${query.name}: ${String(error)}`);
    }
  }
  const expected = bodies.get('prometheus');
  const agreements = new Map<string, Agreement>();
  for (const [name, body] of bodies) {
    if (expected !== undefined && name !== 'prometheus') agreements.set(name, compareAnswers(expected, body));
  }
  const noFigures = () => new Map([...bodies.keys()].map((name) => [name, [] as number[]]));
  return { query, milliseconds: noFigures(), cpuMilliseconds: noFigures(), turns: [], agreements };
}

/** Those whose first answer was an error are not asked again. */
async function measure(measured: Measured, subjects: readonly Subject[]): Promise<void> {
  const { query, milliseconds, cpuMilliseconds, turns } = measured;
  for (const subject of subjects) {
    const mine = milliseconds.get(subject.name);
    if (mine === undefined) continue;
    const cpuBefore = await cpuMillisecondsOf(subject.pid);
    const answer = await subject.ask(query.text, { wantsBody: false });
    cpuMilliseconds.get(subject.name)!.push((await cpuMillisecondsOf(subject.pid)) - cpuBefore);
    mine.push(answer.milliseconds);
    if (answer.longestTurnMs !== undefined) turns.push(answer.longestTurnMs);
  }
}
