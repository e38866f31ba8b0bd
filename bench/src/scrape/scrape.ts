import { setTimeout as pause } from 'node:timers/promises';
import { table } from '../report.ts';
import { PAGES, SERIES_PER_PAGE } from '../storage/page.ts';
import { megabytes, ratio } from '../support/figures.ts';
import { cpuSecondsOf, type Memory, memoryOf, type Program, startWorker } from '../support/programs.ts';
import { appendedSamplesOf, prometheusIsMissing, startPrometheus } from '../support/prometheus.ts';
import { loadNote, playScene, type Scene, settingOf } from '../support/scene.ts';
import type { SampleCount, ScraperOptions, Stalls } from './scraper.ts';

const SCRAPES = settingOf('BENCH_SCRAPES', 12);
const WARM_UP_SCRAPES = 3;
const INTERVAL_MS = 5_000;

interface Subject {
  readonly name: string;
  readonly program: Program;
  samples(): Promise<number>;
  /** How long it holds its event loop at most, if it has one. */
  longestStallMs(): Promise<number | undefined>;
}

/** What a subject has used between two looks at it. */
interface Usage {
  readonly cpuMicrosPerSample: number;
  readonly samples: number;
  readonly memory: Memory;
  readonly longestStallMs: number | undefined;
}

/**
 * CPU time per sample from a scrape to the log, and memory. Both scrape the same ten targets over the same minute, so whatever
 * else the machine does hits both. CPU time is that of all scrapes together and no median, because garbage collectors do
 * not work in each of them.
 */
export async function benchScrape(): Promise<void> {
  if (prometheusIsMissing) {
    console.log('\nScrape to log: skipped, no prometheus and promtool on the PATH');
    return;
  }
  await playScene(async (scene) => {
    const subjects = await startSubjects(scene);
    await pause(WARM_UP_SCRAPES * INTERVAL_MS);
    report(subjects, await Promise.all(subjects.map(measure)));
  });
}

async function startSubjects({ directory, add }: Scene): Promise<Subject[]> {
  const server = add(startWorker('storage/target-server'));
  const { port } = await server.message<{ port: number }>();
  const config = configFor(`127.0.0.1:${port}`);
  const prometheus = await startPrometheus({ data: `${directory}/prometheus`, config, started: add });
  const options: ScraperOptions = {
    directory: `${directory}/hearth`,
    address: `127.0.0.1:${port}`,
    paths: Array.from({ length: PAGES }, (_, page) => `/metrics/${page}`),
    intervalMs: INTERVAL_MS,
  };
  const scraper = add(startWorker('scrape/scraper', options));
  await scraper.message();
  return [
    {
      name: 'hearth',
      program: scraper,
      async samples() {
        scraper.send({ question: 'samples' });
        return (await scraper.message<SampleCount>()).samples;
      },
      async longestStallMs() {
        scraper.send({ question: 'stalls' });
        return (await scraper.message<Stalls>()).longestMs;
      },
    },
    {
      name: 'prometheus',
      program: prometheus.program,
      samples: () => appendedSamplesOf(prometheus),
      longestStallMs: async () => undefined,
    },
  ];
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
async function measure({ program, samples, longestStallMs }: Subject): Promise<Usage> {
  const samplesBefore = await samples();
  const cpuBefore = await cpuSecondsOf(program.pid);
  await pause(SCRAPES * INTERVAL_MS);
  const cpuSeconds = (await cpuSecondsOf(program.pid)) - cpuBefore;
  const memory = await memoryOf(program.pid);
  const appended = (await samples()) - samplesBefore;
  const cpuMicrosPerSample = (cpuSeconds * 1e6) / appended;
  return { cpuMicrosPerSample, samples: appended, memory, longestStallMs: await longestStallMs() };
}

function report(subjects: readonly Subject[], usages: readonly Usage[]): void {
  const peer = usages.at(-1)!;
  const rows = usages.map(({ cpuMicrosPerSample, samples, memory, longestStallMs }, i) => [
    subjects[i]!.name,
    String(samples),
    cpuMicrosPerSample.toFixed(2),
    ratio(cpuMicrosPerSample, peer.cpuMicrosPerSample),
    megabytes(memory.residentBytes),
    ratio(memory.residentBytes, peer.memory.residentBytes),
    megabytes(memory.peakBytes),
    longestStallMs === undefined ? '' : longestStallMs.toFixed(0),
  ]);
  const header = [
    'scraper',
    'samples',
    'CPU µs/sample',
    'ratio',
    'resident MB',
    'ratio',
    'peak MB',
    'longest stall ms',
  ];
  const title = `Scrape to log: ${PAGES} pages of ${SERIES_PER_PAGE} series, ${SCRAPES} scrapes, both at the same time; ${loadNote()}`;
  console.log(table(title, header, rows));
}
