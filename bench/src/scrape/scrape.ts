import { setTimeout as pause } from 'node:timers/promises';
import { table } from '../report.ts';
import { PAGES, SERIES_PER_PAGE } from '../storage/page.ts';
import { megabytes, ratio } from '../support/figures.ts';
import { cpuSecondsOf, type Memory, memoryOf, startWorker } from '../support/programs.ts';
import { appendedSamplesOf, prometheusIsMissing } from '../support/prometheus.ts';
import { loadNote, playScene, type Scene, settingOf } from '../support/scene.ts';
import { type Served, startServed } from '../support/served.ts';

const SCRAPES = settingOf('BENCH_SCRAPES', 12);
const WARM_UP_SCRAPES = 3;
const INTERVAL_MS = 5_000;

const NAMES = ['hearth', 'prometheus'] as const;

/** What a server has used between two looks at it. */
interface Usage {
  readonly cpuMicrosPerSample: number;
  readonly samples: number;
  readonly memory: Memory;
}

/**
 * CPU time per sample from a scrape to the log, and memory, of the whole server. Both scrape the same ten targets over the
 * same minute, so whatever else the machine does hits both. CPU time is that of all scrapes together and no median, because
 * garbage collectors do not work in each of them.
 */
export async function benchScrape(): Promise<void> {
  if (prometheusIsMissing) {
    console.log('\nScrape to log: skipped, no prometheus and promtool on the PATH');
    return;
  }
  await playScene(async (scene) => {
    const servers = await startServers(scene);
    await pause(WARM_UP_SCRAPES * INTERVAL_MS);
    report(await Promise.all(servers.map(measure)));
  });
}

async function startServers({ directory, add }: Scene): Promise<readonly Served[]> {
  const targets = add(startWorker('storage/target-server'));
  const { port } = await targets.message<{ port: number }>();
  const config = configFor(`127.0.0.1:${port}`);
  return Promise.all(NAMES.map((name) => startServed({ name, data: `${directory}/${name}`, config, started: add })));
}

function configFor(address: string): object {
  const interval = `${INTERVAL_MS}ms`;
  const targets = Array.from({ length: PAGES }, (_, page) => ({
    targets: [address],
    labels: { __metrics_path__: `/metrics/${page}`, instance: `service-${page}` },
  }));
  return {
    scrape_configs: [
      { job_name: 'bench', scrape_interval: interval, scrape_timeout: interval, static_configs: targets },
    ],
  };
}

/** Asks for the samples before and after the CPU time, so that what answering costs is not in it. */
async function measure(server: Served): Promise<Usage> {
  const { pid } = server.program;
  const samplesBefore = await appendedSamplesOf(server);
  const cpuBefore = await cpuSecondsOf(pid);
  await pause(SCRAPES * INTERVAL_MS);
  const cpuSeconds = (await cpuSecondsOf(pid)) - cpuBefore;
  const memory = await memoryOf(pid);
  const samples = (await appendedSamplesOf(server)) - samplesBefore;
  return { cpuMicrosPerSample: (cpuSeconds * 1e6) / samples, samples, memory };
}

function report(usages: readonly Usage[]): void {
  const peer = usages.at(-1)!;
  const rows = usages.map(({ cpuMicrosPerSample, samples, memory }, i) => [
    NAMES[i]!,
    String(samples),
    cpuMicrosPerSample.toFixed(2),
    ratio(cpuMicrosPerSample, peer.cpuMicrosPerSample),
    megabytes(memory.residentBytes),
    ratio(memory.residentBytes, peer.memory.residentBytes),
    megabytes(memory.peakBytes),
  ]);
  const header = ['server', 'samples', 'CPU µs/sample', 'ratio', 'resident MB', 'ratio', 'peak MB'];
  const title = `Scrape to log: ${PAGES} pages of ${SERIES_PER_PAGE} series, ${SCRAPES} scrapes, both at the same time; ${loadNote()}`;
  console.log(table(title, header, rows));
}
