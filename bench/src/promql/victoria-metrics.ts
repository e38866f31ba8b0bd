import { spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { type Program, startCommand } from '../support/programs.ts';
import { recordFleet } from './fleet.ts';
import { SCRAPES, START_MS, STEP_MS } from './period.ts';

export const victoriaMetricsIsMissing = spawnSync('victoria-metrics', ['--version'], { stdio: 'ignore' }).status !== 0;

const SERIES_PER_REQUEST = 500;
const READY_ATTEMPTS = 300;

export interface VictoriaMetricsOptions {
  readonly data: string;
  readonly port: number;
  /** Told the program as soon as it runs. */
  readonly started: (program: Program) => void;
}

export interface VictoriaMetrics {
  readonly program: Program;
  readonly origin: string;
}

/** Resolves when it answers queries. It keeps no results: each query is evaluated. */
export async function startVictoriaMetrics({ data, port, started }: VictoriaMetricsOptions): Promise<VictoriaMetrics> {
  const program = startCommand('victoria-metrics', [
    `-storageDataPath=${data}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    '-retentionPeriod=100y',
    '-search.disableCache',
    '-search.logSlowQueryDuration=0',
  ]);
  started(program);
  await untilHealthy(`http://127.0.0.1:${port}/health`);
  return { program, origin: `http://127.0.0.1:${port}` };
}

async function untilHealthy(url: string): Promise<void> {
  for (let attempt = 0; attempt < READY_ATTEMPTS; attempt++) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok === true) return;
    await pause(100);
  }
  throw new Error(`VictoriaMetrics does not answer at ${url}`);
}

/** In its own format, one line a series. Resolves when all of it can be queried. */
export async function importFleet(origin: string): Promise<void> {
  const fleet = recordFleet();
  for (let from = 0; from < fleet.length; from += SERIES_PER_REQUEST) {
    const lines = fleet.slice(from, from + SERIES_PER_REQUEST).map(({ labels, phaseMs, values }) => {
      const scrapes = Array.from({ length: SCRAPES }, (_, scrape) => scrape).filter((i) => !Number.isNaN(values[i]));
      return JSON.stringify({
        metric: Object.fromEntries([...labels].map(({ name, value }) => [name, value])),
        values: scrapes.map((scrape) => values[scrape]),
        timestamps: scrapes.map((scrape) => START_MS + scrape * STEP_MS + phaseMs),
      });
    });
    await post(`${origin}/api/v1/import`, lines.join('\n'));
  }
  await post(`${origin}/internal/force_flush`, '');
}

async function post(url: string, body: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', body });
  const text = await response.text();
  if (!response.ok) throw new Error(`VictoriaMetrics answers ${response.status} to ${url}: ${text}`);
}
