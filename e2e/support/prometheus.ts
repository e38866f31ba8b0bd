import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missing, startPrometheus as startServer } from './prometheus-server.ts';

/** For `describe.skipIf`: the program, and promtool, which comes with it. */
export const prometheusIsMissing = missing('prometheus') !== '' || missing('promtool') !== '';

/** A suite's name, with the reason when it is going to be skipped. */
export function prometheusSuite(name: string): string {
  return prometheusIsMissing ? `${name} (skipped: no prometheus and promtool on the PATH)` : name;
}

export type LabelSet = Readonly<Record<string, string>>;

export interface VectorSample {
  readonly labels: LabelSet;
  readonly value: number;
}

export interface SeriesSamples {
  readonly labels: LabelSet;
  readonly values: readonly number[];
}

export interface ExemplarSeries {
  readonly labels: LabelSet;
  readonly exemplars: readonly { readonly labels: LabelSet; readonly value: number }[];
}

export interface ScrapedTarget {
  readonly job: string;
  readonly instance: string;
  readonly health: string;
  readonly lastError: string;
}

/** A Prometheus of the test's own, with an empty data directory, on a free port of the loopback interface. */
export interface Prometheus {
  /** Of an instant query; `timeMs` defaults to now. */
  vector(promql: string, timeMs?: number): Promise<readonly VectorSample[]>;
  /** Of a range selector: the samples of each series. */
  samples(selector: string, timeMs?: number): Promise<readonly SeriesSamples[]>;
  /** Those of the last hour. */
  exemplars(selector: string): Promise<readonly ExemplarSeries[]>;
  targets(): Promise<readonly ScrapedTarget[]>;
  /** The targets that told a metric family of this name, as `job instance type`. */
  toldBy(family: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** `configure` is given its own address, for a job that scrapes itself, and returns its prometheus.yml. */
export async function startPrometheus(configure: (address: string) => string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-e2e-prometheus-'));
  try {
    const server = await startServer(join(folder, 'data'), configure, ['--enable-feature=exemplar-storage']);
    const close = async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    };
    return { ...createClient(server.url), close };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function createClient(origin: string): Omit<Prometheus, 'close'> {
  async function get<T>(path: string, parameters: Readonly<Record<string, string>>): Promise<T> {
    const response = await fetch(`${origin}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const answer = (await response.json()) as { readonly status: string; readonly data: T };
    if (answer.status !== 'success')
      throw new Error(`${path} ${JSON.stringify(parameters)}: ${JSON.stringify(answer)}`);
    return answer.data;
  }
  const query = <T>(promql: string, timeMs: number) =>
    get<{ readonly result: readonly T[] }>('query', { query: promql, time: String(timeMs / 1000) });
  return {
    vector: async (promql, timeMs = Date.now()) => {
      const { result } = await query<ApiVectorSample>(promql, timeMs);
      return result.map(({ metric, value }) => ({ labels: metric, value: numberOf(value[1]) }));
    },
    samples: async (selector, timeMs = Date.now()) => {
      const { result } = await query<ApiSeriesSamples>(selector, timeMs);
      return result.map(({ metric, values }) => ({ labels: metric, values: values.map(([, text]) => numberOf(text)) }));
    },
    exemplars: async (selector) => {
      const now = Date.now() / 1000;
      const range = { start: String(now - 3600), end: String(now) };
      const series = await get<readonly ApiExemplarSeries[]>('query_exemplars', { query: selector, ...range });
      return series.map(({ seriesLabels, exemplars }) => ({
        labels: seriesLabels,
        exemplars: exemplars.map(({ labels, value }) => ({ labels, value: numberOf(value) })),
      }));
    },
    targets: async () => {
      const { activeTargets } = await get<{ readonly activeTargets: readonly ApiTarget[] }>('targets', {
        state: 'active',
      });
      return activeTargets.map(({ labels, health, lastError }) => ({
        job: labels.job!,
        instance: labels.instance!,
        health,
        lastError,
      }));
    },
    toldBy: async (family) => {
      const told = await get<readonly ApiMetadata[]>('targets/metadata', { metric: family });
      return told.map(({ target, type }) => `${target.job} ${target.instance} ${type}`);
    },
  };
}

type ApiValue = readonly [seconds: number, text: string];

interface ApiVectorSample {
  readonly metric: LabelSet;
  readonly value: ApiValue;
}

interface ApiSeriesSamples {
  readonly metric: LabelSet;
  readonly values: readonly ApiValue[];
}

interface ApiExemplarSeries {
  readonly seriesLabels: LabelSet;
  readonly exemplars: readonly { readonly labels: LabelSet; readonly value: string }[];
}

interface ApiTarget {
  readonly labels: LabelSet;
  readonly health: string;
  readonly lastError: string;
}

interface ApiMetadata {
  readonly target: LabelSet;
  readonly type: string;
}

function numberOf(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
