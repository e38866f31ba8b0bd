import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { compareLabels, createLabels } from '@hearth/model';
import type { Value } from '@hearth/promql';
import { startProcess } from '../support/running-process.ts';
import type { QueryTimes } from './query-generator.ts';

/** What a query came to. */
export type Outcome = { readonly value: Value } | { readonly error: string };

/** Prometheus on a data directory of the test's. */
export interface Reference {
  ask(query: string, times: QueryTimes): Promise<Outcome>;
  close(): Promise<void>;
}

export function prometheusMajor(): 2 | 3 {
  const { stdout, stderr } = spawnSync('prometheus', ['--version'], { encoding: 'utf8' });
  return /version 3\./.test(stdout + stderr) ? 3 : 2;
}

export async function startReference(dataDirectory: string): Promise<Reference> {
  const configFile = `${dataDirectory}.yml`;
  await writeFile(configFile, '{}');
  const program = startProcess('prometheus', [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${dataDirectory}`,
    '--storage.tsdb.retention.time=100y',
    '--web.listen-address=127.0.0.1:0',
  ]);
  const agent = new Agent({ keepAlive: true });
  try {
    const [, address] = await program.untilPrinted(/msg="Listening on" address=(\S+)\s/);
    await program.untilPrinted(/Server is ready to receive web requests/);
    return {
      ask: async (query, times) =>
        outcomeOf(await read(`http://${address}/api/v1/${pathOf(query, times)}`, agent), times),
      close: async () => {
        agent.destroy();
        await program.stop();
      },
    };
  } catch (error) {
    await program.stop();
    throw error;
  }
}

function pathOf(query: string, times: QueryTimes): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(3);
  if (times.kind === 'instant') {
    return `query?${new URLSearchParams({ query, time: seconds(times.timestampMs) }).toString()}`;
  }
  const { startMs, endMs, stepMs } = times;
  const range = { start: seconds(startMs), end: seconds(endMs), step: seconds(stepMs) };
  return `query_range?${new URLSearchParams({ query, ...range }).toString()}`;
}

function read(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.once('end', () => resolve(body));
      response.once('error', reject);
    }).once('error', reject);
  });
}

type Point = readonly [seconds: number, text: string];
type Metric = Readonly<Record<string, string>>;

type ApiData =
  | { readonly resultType: 'scalar' | 'string'; readonly result: Point }
  | { readonly resultType: 'vector'; readonly result: readonly { readonly metric: Metric; readonly value: Point }[] }
  | {
      readonly resultType: 'matrix';
      readonly result: readonly { readonly metric: Metric; readonly values: readonly Point[] }[];
    };

function outcomeOf(body: string, times: QueryTimes): Outcome {
  const { error, data } = JSON.parse(body) as { readonly error?: string; readonly data: ApiData };
  if (error !== undefined) return { error };
  const timestampMs = times.kind === 'instant' ? times.timestampMs : Number.NaN;
  switch (data.resultType) {
    case 'string':
      return { value: { kind: 'string', timestampMs, value: data.result[1] } };
    case 'scalar':
      return { value: { kind: 'scalar', timestampMs, value: numberOf(data.result[1]) } };
    case 'vector': {
      const samples = data.result.map(({ metric, value }) => ({
        labels: createLabels(metric),
        value: numberOf(value[1]),
      }));
      return { value: { kind: 'vector', timestampMs, samples } };
    }
    case 'matrix': {
      const series = data.result.map(({ metric, values }) => ({
        labels: createLabels(metric),
        timestamps: Float64Array.from(values, ([seconds]) => Math.round(seconds * 1000)),
        values: Float64Array.from(values, ([, text]) => numberOf(text)),
      }));
      // Prometheus 2 gives subqueries as they come.
      if (times.kind === 'instant') series.sort((a, b) => compareLabels(a.labels, b.labels));
      return { value: { kind: 'matrix', series } };
    }
  }
}

function numberOf(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
