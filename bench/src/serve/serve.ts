import { cp, mkdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { prepareData } from '../promql/data.ts';
import { END_MS, QUERY_START_MS, STEP_MS } from '../promql/period.ts';
import { QUERIES } from '../promql/queries.ts';
import { table } from '../report.ts';
import { megabytes } from '../support/figures.ts';
import { memoryOf, type Program, startWorker } from '../support/programs.ts';
import { prometheusIsMissing } from '../support/prometheus.ts';
import { loadNote, playScene, type Scene, settingOf } from '../support/scene.ts';
import { type Served, startServed } from '../support/served.ts';
import { type Punctuality, punctualityOf } from './punctuality.ts';
import type { Arrivals } from './target-server.ts';

const SECONDS = settingOf('BENCH_SERVE_SECONDS', 60);
/** Three replicas and a build server, as often as they are mostly scraped. */
const SMALL_TARGETS = 4;
const SMALL_INTERVAL_MS = 15_000;
const TARGETS = 10;
const INTERVAL_MS = 1_000;
/** So many clients, each asking one query after the other. */
const CLIENTS = 4;
const NAMES = ['prometheus', 'hearth'] as const;

/**
 * The whole server beside the whole of Prometheus, one after the other: how soon it is ready and how much memory it has as
 * a small team would run it, and how late it scrapes while clients ask the heaviest queries of a dashboard in a loop.
 */
export async function benchServe(): Promise<void> {
  if (prometheusIsMissing) {
    console.log('\nThe server: skipped, no prometheus and promtool on the PATH');
    return;
  }
  await playScene(async (scene) => {
    const server = scene.add(startWorker('serve/target-server'));
    const { port } = await server.message<{ port: number }>();
    await reportSmall(scene, port);
    await reportUnderLoad(scene, { server, port });
  });
}

async function reportSmall({ directory, add }: Scene, port: number): Promise<void> {
  const rows: string[][] = [];
  for (const name of NAMES) {
    const data = `${directory}/small-${name}`;
    await mkdir(data);
    const served = await startServed({
      name,
      data,
      config: configFor(port, SMALL_TARGETS, SMALL_INTERVAL_MS),
      started: add,
    });
    await pause(SECONDS * 1000);
    const { residentBytes, peakBytes } = await memoryOf(served.program.pid);
    await served.program.stop();
    rows.push([name, `${SMALL_TARGETS}`, served.readyMs.toFixed(0), megabytes(residentBytes), megabytes(peakBytes)]);
  }
  const title = `The server at rest: ${SMALL_TARGETS} targets, scraped every ${SMALL_INTERVAL_MS / 1000} s for ${SECONDS} s; ${loadNote()}`;
  console.log(table(title, ['server', 'targets', 'ready after ms', 'resident MB', 'peak MB'], rows));
}

async function reportUnderLoad(
  scene: Scene,
  targets: { readonly server: Program; readonly port: number },
): Promise<void> {
  const data = await prepareData(scene);
  const rows: string[][] = [];
  for (const name of NAMES) {
    const copy = `${scene.directory}/loaded-${name}`;
    await cp(data[name], copy, { recursive: true });
    const config = configFor(targets.port, TARGETS, INTERVAL_MS);
    const served = await startServed({ name, data: copy, config, started: scene.add });
    const { queries, punctuality } = await loadFor(served, targets.server);
    const { residentBytes } = await memoryOf(served.program.pid);
    await served.program.stop();
    const { scrapes, missing, medianMs, p99Ms, longestMs } = punctuality;
    const delays = [medianMs, p99Ms, longestMs].map((ms) => ms.toFixed(0));
    rows.push([name, String(queries), String(scrapes), String(missing), ...delays, megabytes(residentBytes)]);
  }
  const header = ['server', 'queries', 'scrapes', 'missing', 'late ms: median', '99 %', 'most', 'resident MB'];
  const title = `Scrapes while ${CLIENTS} clients ask six hours of 6,000 series in a loop for ${SECONDS} s; ${loadNote()}`;
  console.log(table(title, header, rows));
}

async function loadFor(
  { origin, name }: Served,
  server: Program,
): Promise<{ readonly queries: number; readonly punctuality: Punctuality }> {
  let isOver = false;
  let queries = 0;
  const client = async (_: unknown, first: number) => {
    for (let i = first; !isOver; i++) {
      const query = QUERIES[(i * 5) % QUERIES.length]!.text;
      const times = { start: String(QUERY_START_MS / 1000), end: String(END_MS / 1000), step: String(STEP_MS / 1000) };
      const response = await fetch(
        `${origin}/api/v1/query_range?${new URLSearchParams({ query, ...times }).toString()}`,
      );
      const body = await response.arrayBuffer();
      if (!response.ok) throw new Error(`${name} answers ${response.status}: ${Buffer.from(body).toString()}`);
      queries++;
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  await pause(2 * INTERVAL_MS);
  await arrivalsOf(server);
  await pause(SECONDS * 1000);
  const arrivals = await arrivalsOf(server);
  isOver = true;
  await Promise.all(clients);
  return { queries, punctuality: punctualityOf(arrivals, INTERVAL_MS) };
}

function arrivalsOf(server: Program): Promise<Arrivals> {
  const arrivals = server.message<Arrivals>();
  server.send({});
  return arrivals;
}

function configFor(port: number, count: number, intervalMs: number): object {
  const interval = `${intervalMs}ms`;
  const targets = Array.from({ length: count }, (_, i) => ({
    targets: [`127.0.0.1:${port}`],
    labels: { __metrics_path__: `/metrics/${i}`, instance: `service-${i}` },
  }));
  return {
    scrape_configs: [
      { job_name: 'bench', scrape_interval: interval, scrape_timeout: interval, static_configs: targets },
    ],
  };
}
