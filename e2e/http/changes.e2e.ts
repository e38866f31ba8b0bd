import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missing, type PrometheusServer, startPrometheus } from '../tsdb/prometheus-tools.ts';
import { type Answer, ask, type Call, nameOf } from './asking.ts';
import { comparable, tryDifference } from './comparable.ts';
import { type Hearth, startHearth } from './hearth.ts';
import { writeSamples } from './samples.ts';

const skipped = missing('prometheus');

const post = (path: string): Call => ({ method: 'POST', path: `/api/v1/admin/tsdb/${path}` });
const put = (path: string): Call => ({ method: 'PUT', path: `/api/v1/admin/tsdb/${path}` });
const series: Call = { method: 'GET', path: '/api/v1/series?match[]={__name__!=""}' };

describe.skipIf(skipped !== '')(`what the admin API changes, beside Prometheus${skipped}`, () => {
  let directory: string;
  let hearth: Hearth;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hearth-http-'));
    await writeSamples(join(directory, 'hearth'), Date.now());
    await cp(join(directory, 'hearth'), join(directory, 'prometheus'), { recursive: true });
    await rm(join(directory, 'prometheus', 'lock'), { force: true });
    prometheus = await startPrometheus(join(directory, 'prometheus'), () => 'global: {}\n', ['--web.enable-admin-api']);
    hearth = await startHearth(join(directory, 'hearth'), { isAdminApiEnabled: true });
  });

  afterAll(async () => {
    await hearth?.close();
    await prometheus?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function both(call: Call): Promise<readonly [Answer, Answer]> {
    return Promise.all([ask(hearth.url, call), ask(prometheus.url, call)]);
  }

  test.each([
    post('delete_series'),
    post('delete_series?match[]=up{'),
    put('delete_series?match[]=constant'),
    series,
    post('delete_series?match[]=temperature{room="attic"}&match[]=odd_labels'),
    post('clean_tombstones'),
    put('clean_tombstones'),
    series,
    { method: 'GET', path: '/api/v1/query?query={__name__!=""}[3h]' },
    post('snapshot?skip_head=x'),
    post('delete_series?match[]=up&start=5&end=1'),
  ])('$method $path', async (call) => {
    const [ours, theirs] = await both(call);
    const withoutTimes = (answer: Answer) =>
      JSON.parse(JSON.stringify(comparable(answer, call)).replaceAll(/\[\d+\.?\d*,/g, '[0,'));
    expect(tryDifference(withoutTimes(ours), withoutTimes(theirs)), nameOf(call)).toBeUndefined();
  });

  test('a snapshot has a name, and is there', async () => {
    const [ours, theirs] = await both(post('snapshot'));
    expect([ours.status, theirs.status]).toEqual([200, 200]);
    const { name } = (ours.body as { readonly data: { readonly name: string } }).data;
    expect(name).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{16}$/);
    expect(await readdir(join(directory, 'hearth', 'snapshots'))).toEqual([name]);
  });
});
