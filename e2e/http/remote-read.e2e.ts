import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missing, type PrometheusServer, startPrometheus } from '../tsdb/prometheus-tools.ts';
import { ask, type Call } from './asking.ts';
import { comparable, tryDifference } from './comparable.ts';
import { type Hearth, startHearth } from './hearth.ts';
import { type Scene, writeSamples } from './samples.ts';

const skipped = missing('prometheus');

describe.skipIf(skipped !== '')(`a Prometheus without samples reads Hearth's${skipped}`, () => {
  let directory: string;
  let scene: Scene;
  let hearth: Hearth;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hearth-http-'));
    scene = await writeSamples(join(directory, 'hearth'), Date.now());
    hearth = await startHearth(join(directory, 'hearth'), { remoteRead: { maxFrameBytes: 1000 } });
    const config = () => `remote_read: [{ url: "${hearth.url}/api/v1/read", read_recent: true }]\n`;
    prometheus = await startPrometheus(join(directory, 'prometheus'), config);
  });

  afterAll(async () => {
    await prometheus?.stop();
    await hearth?.close();
    await rm(directory, { recursive: true, force: true });
  });

  test.each([
    'up',
    'odd_values',
    'odd_labels',
    'http_requests_total[1h]',
    'ended[2h]',
    'sum by (code) (rate(http_requests_total[5m]))',
    '{__name__=~"up|temperature|http_.*"}[30m]',
    '{room!="",floor=~"0|1"}',
    'nothing',
  ])('%s', async (query) => {
    const call: Call = {
      method: 'GET',
      path: `/api/v1/query?${new URLSearchParams({ query, time: String(scene.end) })}`,
    };
    const [ours, theirs] = await Promise.all([ask(hearth.url, call), ask(prometheus.url, call)]);
    expect(ours.status).toBe(200);
    expect(tryDifference(comparable(ours, call), comparable(theirs, call))).toBeUndefined();
    expect(hearth.errors).toEqual([]);
  });
});
