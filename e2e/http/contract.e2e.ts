import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missing, type PrometheusServer, startPrometheus } from '../tsdb/prometheus-tools.ts';
import { ask, nameOf } from './asking.ts';
import { callsOf } from './calls.ts';
import { comparable, tryDifference } from './comparable.ts';
import { type Difference, differences } from './differences.ts';
import { type Hearth, startHearth } from './hearth.ts';
import { type Scene, writeSamples } from './samples.ts';

interface Stats {
  readonly timings: Readonly<Record<string, number>>;
  readonly samples: Readonly<Record<string, number>>;
}

const skipped = missing('prometheus');

describe.skipIf(skipped !== '')(`the HTTP API beside that of Prometheus${skipped}`, () => {
  let directory: string;
  let scene: Scene;
  let hearth: Hearth;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hearth-http-'));
    scene = await writeSamples(join(directory, 'hearth'), Date.now());
    await cp(join(directory, 'hearth'), join(directory, 'prometheus'), { recursive: true });
    await rm(join(directory, 'prometheus', 'lock'), { force: true });
    const flags = ['--enable-feature=exemplar-storage'];
    prometheus = await startPrometheus(join(directory, 'prometheus'), () => 'global: {}\n', flags);
    hearth = await startHearth(join(directory, 'hearth'), { lifecycle: { reload: async () => {}, quit: () => true } });
  });

  afterAll(async () => {
    await hearth?.close();
    await prometheus?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test('every call has the answer that it has there, but for differences that are meant', async () => {
    const calls = callsOf(scene);
    const unexplained: string[] = [];
    const used = new Set<Difference>();
    for (const call of calls) {
      const [ours, theirs] = await Promise.all([ask(hearth.url, call), ask(prometheus.url, call)]);
      const found = tryDifference(comparable(ours, call), comparable(theirs, call));
      if (found === undefined) continue;
      const meant = differences.find(({ applies }) => applies(call, ours, theirs));
      if (meant === undefined) unexplained.push(`${nameOf(call)}\n  ${found}`);
      else used.add(meant);
    }
    expect(unexplained).toEqual([]);
    expect(hearth.errors).toEqual([]);
    const unused = differences.filter((difference) => !used.has(difference) && difference.mayBeAbsent !== true);
    expect(unused.map(({ reason }) => reason)).toEqual([]);
    expect(calls.length).toBeGreaterThan(500);
  });

  test('the statistics of a query have the members that they have there', async () => {
    const path = `/api/v1/query?query=sum(rate(http_requests_total[5m]))&time=${scene.end}&stats=all`;
    const answers = await Promise.all([hearth, prometheus].map(({ url }) => ask(url, { method: 'GET', path })));
    const [ours, theirs] = answers.map(({ body }) => (body as { readonly data: { readonly stats: Stats } }).data.stats);
    expect(Object.keys(ours.timings)).toEqual(Object.keys(theirs.timings));
    expect(Object.keys(ours.samples)).toEqual(Object.keys(theirs.samples));
    expect(ours.samples.totalQueryableSamples).toBe(theirs.samples.totalQueryableSamples);
  });
});
