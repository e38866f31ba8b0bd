import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrometheusDriver } from 'prometheus-query';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missing, promtool } from '../tsdb/prometheus-tools.ts';
import { type Hearth, startHearth } from './hearth.ts';
import { type Scene, writeSamples } from './samples.ts';

let directory: string;
let scene: Scene;
let hearth: Hearth;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-http-'));
  scene = await writeSamples(directory, Date.now());
  hearth = await startHearth(directory);
});

afterAll(async () => {
  await hearth?.close();
  await rm(directory, { recursive: true, force: true });
});

const skipped = missing('promtool');

describe.skipIf(skipped !== '')(`promtool query${skipped}`, () => {
  test('instant', async () => {
    const printed = await promtool('query', 'instant', `--time=${scene.end}`, hearth.url, 'constant + 1');
    expect(printed).toBe(`{} => 43 @[${scene.end}]\n`);
  });

  test('range', async () => {
    const range = [`--start=${scene.start}`, `--end=${scene.start + 60}`, '--step=30s'];
    const printed = await promtool('query', 'range', ...range, hearth.url, 'constant * 2');
    const times = [0, 30, 60].map((offset) => `84 @[${scene.start + offset}]`);
    expect(printed).toBe(`{} =>\n${times.join('\n')}\n`);
  });

  test('series', async () => {
    const printed = await promtool('query', 'series', '--match=up{instance=~"a.*|b.*"}', hearth.url);
    expect(printed).toBe('{__name__="up", instance="a:1", job="api"}\n{__name__="up", instance="b:2", job="api"}\n');
  });

  test('labels', async () => {
    expect(await promtool('query', 'labels', hearth.url, 'room')).toBe('attic\ncellar\nkitchen\n');
  });

  test('what is wrong with a query', async () => {
    const failing = promtool('query', 'instant', hearth.url, 'sum(');
    await expect(failing).rejects.toThrow('invalid parameter "query": 1:5: parse error: unclosed left parenthesis');
  });
});

describe('the npm client prometheus-query', () => {
  const driver = () => new PrometheusDriver({ endpoint: hearth.url, baseURL: '/api/v1' });

  test('instant and range queries', async () => {
    const { resultType, result } = await driver().instantQuery('up{instance="a:1"}', new Date(scene.end * 1000));
    expect(resultType).toBe('vector');
    expect(result.map(({ value }) => value.value)).toEqual([1]);
    const start = new Date(scene.start * 1000);
    const range = await driver().rangeQuery('constant', start, new Date(scene.start * 1000 + 120_000), 60);
    expect(range.result.map(({ values }) => values.map(({ value }: { value: number }) => value))).toEqual([
      [42, 42, 42],
    ]);
  });

  test('series, labels and their values', async () => {
    const [start, end] = [scene.start, scene.end].map((seconds) => new Date(seconds * 1000));
    const series = await driver().series(['temperature'], start, end);
    expect(series.map(({ labels }) => (labels as { readonly room: string }).room)).toEqual([
      'kitchen',
      'cellar',
      'attic',
    ]);
    expect(await driver().labelNames(['up'], start, end)).toEqual(['__name__', 'instance', 'job']);
    expect(await driver().labelValues('job', [], start, end)).toEqual(['api', 'gone', 'web']);
  });

  test('targets, rules, alerts, Alertmanagers and the status', async () => {
    const client = driver();
    expect(await client.targets()).toMatchObject({ activeTargets: [], droppedTargets: [] });
    expect(await client.rules()).toEqual([]);
    expect(await client.alerts()).toEqual([]);
    expect(await client.alertmanagers()).toEqual({ activeAlertmanagers: [], droppedAlertmanagers: [] });
    expect(await client.status()).toEqual({ yaml: 'global: {}\n' });
    expect(await client.metadata()).toEqual({});
  });
});
