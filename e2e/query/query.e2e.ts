import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLabels } from '@hearth/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Hearth, startHearth } from '../http/hearth.ts';
import { type Scene, writeSamples } from '../http/samples.ts';
import { missing, type PrometheusServer, promtool, startPrometheus } from '../tsdb/prometheus-tools.ts';

const HEARTH = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url));
const skipped = missing('prometheus') || missing('promtool');

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `hearth query …`, as it was built. */
function hearthQuery(...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [HEARTH, 'query', ...args], { maxBuffer: 1 << 28 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

async function ours(...args: readonly string[]): Promise<unknown> {
  const { code, out, err } = await hearthQuery(...args, '--format', 'json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return comparable((JSON.parse(out) as { readonly result: unknown }).result);
}

async function theirs(...args: readonly string[]): Promise<unknown> {
  return comparable(JSON.parse(await promtool('query', ...args)));
}

/** Series by their labels, values as numbers: promtool prints them in a way of its own. */
function comparable(result: unknown): unknown {
  if (!Array.isArray(result) || typeof result[0] !== 'object') return numbersOf(result);
  return result
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .map(({ metric, value, values }) => ({ metric, value: numbersOf(value), values: numbersOf(values) }));
}

/** Of a point, or of several. Two servers may differ in the last digits. */
function numbersOf(points: unknown): unknown {
  if (!Array.isArray(points)) return points;
  if (Array.isArray(points[0])) return points.map(numbersOf);
  const [seconds, text] = points as [number, string];
  return [seconds, Number(text.replace('Inf', 'Infinity')).toPrecision(10)];
}

function keyOf({ metric }: { readonly metric: Readonly<Record<string, string>> }): string {
  return createLabels(metric).key;
}

const QUERIES = [
  'up',
  'sum by (job, code) (rate(http_requests_total[5m]))',
  'histogram_quantile(0.9, rate(latency_seconds_bucket[5m]))',
  'odd_values',
  'odd_labels',
  'temperature > 0 or gaps',
  'time()',
];

describe.skipIf(skipped !== '')(`hearth query and promtool query${skipped}`, () => {
  let directory: string;
  let scene: Scene;
  let prometheus: PrometheusServer;
  let hearth: Hearth;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hearth-query-'));
    scene = await writeSamples(join(directory, 'hearth'), Date.now());
    await cp(join(directory, 'hearth'), join(directory, 'prometheus'), { recursive: true });
    await rm(join(directory, 'prometheus', 'lock'), { force: true });
    prometheus = await startPrometheus(join(directory, 'prometheus'), () => 'global: {}\n');
    hearth = await startHearth(join(directory, 'hearth'));
  });

  afterAll(async () => {
    await hearth?.close();
    await prometheus?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test.each(QUERIES)('the same answer at one moment: %s', async (query) => {
    const time = String(scene.end);
    const expected = await theirs('instant', '-o', 'json', '--time', time, prometheus.url, query);
    expect(await ours(query, '--time', time, '--url', prometheus.url)).toEqual(expected);
    expect(await ours(query, '--time', time, '--url', hearth.url)).toEqual(expected);
  });

  test.each(QUERIES)('the same answer over a range: %s', async (query) => {
    const [start, end] = [String(scene.start), String(scene.end)];
    const range = [`--start=${start}`, `--end=${end}`, '--step=30s'];
    const expected = await theirs('range', '-o', 'json', ...range, prometheus.url, query);
    expect(await ours(query, ...range, '--url', prometheus.url)).toEqual(expected);
    expect(await ours(query, ...range, '--url', hearth.url)).toEqual(expected);
  });

  test('the same values of labels, and as many series', async () => {
    const values = await promtool('query', 'labels', prometheus.url, 'instance');
    const series = (await promtool('query', 'series', '--match=up', '--match=temperature', prometheus.url)).trim();
    for (const { url } of [prometheus, hearth]) {
      expect(await hearthQuery('labels', 'instance', '--url', url)).toEqual({ code: 0, out: values, err: '' });
      const { out } = await hearthQuery('series', 'up', 'temperature', '--url', url, '--format', 'csv');
      expect(out.trim().split('\n')).toHaveLength(series.split('\n').length + 1);
    }
  });

  test('both servers print as one table, and show the same fault', async () => {
    const range = ['--start', String(scene.start), '--end', String(scene.end)];
    for (const args of [[QUERIES[1], ...range], ['sum(up) by'], ['up{job="köln"} )']]) {
      const [a, b] = await Promise.all([prometheus, hearth].map(({ url }) => hearthQuery(...args, '--url', url)));
      expect({ code: a.code, out: a.out, shown: a.err.split('\n').slice(1) }).toEqual({
        code: b.code,
        out: b.out,
        shown: b.err.split('\n').slice(1),
      });
    }
  });
});
