import { afterEach, describe, expect, test } from 'vitest';
import { flaskIsMissing, flaskSuite, startFlask } from '../support/flask.ts';
import { startTicTacToe } from '../support/sample-application.ts';
import { until } from '../support/until.ts';
import type { WebApp } from '../support/web-app.ts';
import { missing, promtool, startPrometheus } from '../tsdb/prometheus-tools.ts';
import { createHearthFolder, type HearthFolder, type HearthServer } from './hearth-server.ts';

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

async function folderWith(config: string): Promise<HearthFolder> {
  const folder = await createHearthFolder(config);
  opened.push({ close: () => folder.remove() });
  return folder;
}

async function started<T extends WebApp>(app: Promise<T>): Promise<T> {
  const running = await app;
  opened.push(running);
  return running;
}

const addressOf = ({ url }: WebApp) => new URL(url).host;

function scraping(jobs: Readonly<Record<string, readonly string[]>>): string {
  const lines = Object.entries(jobs).map(
    ([job, targets]) => `  - job_name: ${job}\n    static_configs: [{targets: ${JSON.stringify(targets)}}]\n`,
  );
  return `global:\n  scrape_interval: 1s\nscrape_configs:\n${lines.join('')}`;
}

/** Waits until a query has an answer, and gives it. */
async function untilAnswered(hearth: HearthServer, promql: string, count = 1) {
  return until(`an answer to ${promql}`, async () => {
    const results = await hearth.query(promql);
    return results.length >= count ? results : undefined;
  });
}

/** What the project began with. */
const FIRST_CONFIGURATION = `
global:
  scrape_interval: 15s
  evaluation_interval: 15s
  external_labels:
    cluster: 'tic-tac-toe-swarm'
    environment: 'production'

scrape_configs:
  - job_name: 'prometheus'
    static_configs:
      - targets: ['localhost:9090']

  - job_name: 'tictactoe-app'
    dns_sd_configs:
      - names:
          - 'tasks.tictactoe'
        type: 'A'
        port: 3306
    metrics_path: '/metrics'
    scrape_interval: 10s

  - job_name: 'docker-nodes'
    static_configs:
      - targets: []
`;

/** The queries of the project's first plans, for applications with Flask's names. */
const FIRST_QUERIES = [
  'rate(flask_http_request_total[5m])',
  'rate(flask_http_request_duration_seconds_sum[5m]) / rate(flask_http_request_duration_seconds_count[5m])',
  'sum by (instance) (rate(flask_http_request_total[5m]))',
  'rate(flask_http_request_total{status!~"2.."}[5m])',
  'histogram_quantile(0.95, rate(flask_http_request_duration_seconds_bucket[5m]))',
];

describe('hearth serve', () => {
  test('runs on the configuration that the project began with, as it is', async () => {
    const folder = await folderWith(FIRST_CONFIGURATION);
    const hearth = await folder.start();
    const { scrapePools } = await hearth.get<{ scrapePools: string[] }>('/api/v1/scrape_pools');
    expect(scrapePools).toEqual(['docker-nodes', 'prometheus', 'tictactoe-app']);
    const { yaml } = await hearth.get<{ yaml: string }>('/api/v1/status/config');
    expect(yaml).toContain('cluster: tic-tac-toe-swarm');
    expect(await hearth.program.stop()).toBe(0);
  });

  test('scrapes replicas, and answers the first queries with data', async () => {
    const replicas: WebApp[] = [];
    for (let i = 0; i < 3; i++) replicas.push(await started(startTicTacToe({ METRICS_NAMES: 'flask' })));
    const folder = await folderWith(scraping({ 'tictactoe-app': replicas.map(addressOf) }));
    const hearth = await folder.start();
    await untilAnswered(hearth, 'up == 1', 3);
    for (const { url } of replicas) for (const path of ['/', '/nowhere']) await fetch(url + path);
    for (const query of FIRST_QUERIES) {
      await until(`${query} at every replica`, async () => {
        const instances = new Set((await hearth.query(query)).map(({ metric }) => metric.instance));
        return replicas.every((replica) => instances.has(addressOf(replica))) ? true : undefined;
      });
    }
    expect(await untilAnswered(hearth, 'count(up{job="tictactoe-app"})')).toMatchObject([
      { value: [expect.any(Number), '3'] },
    ]);
  });

  test.skipIf(flaskIsMissing)(flaskSuite('scrapes Flask with its own exporter'), async () => {
    const flask = await started(startFlask());
    const folder = await folderWith(scraping({ 'tictactoe-python': [addressOf(flask)] }));
    const hearth = await folder.start();
    await untilAnswered(hearth, 'up == 1');
    for (const path of ['/', '/', '/nowhere']) await fetch(flask.url + path);
    for (const query of FIRST_QUERIES) expect((await untilAnswered(hearth, query)).length, query).toBeGreaterThan(0);
    expect(await untilAnswered(hearth, 'flask_http_request_total{status="200"} >= 2')).toHaveLength(1);
  });

  test('tells who opens its address where to find what', async () => {
    const hearth = await (await folderWith(scraping({}))).start();
    const page = await (await fetch(hearth.url)).text();
    const paths = page.split('\n').flatMap((line) => /^(\S+) {3,}/.exec(line)?.[1] ?? []);
    expect(paths).toContain('api/v1/targets');
    for (const path of paths) expect((await fetch(`${hearth.url}/${path}`)).status).toBe(200);
  });

  test('loses nothing that it had answered when it is killed', async () => {
    const app = await started(startTicTacToe());
    const folder = await folderWith(scraping({ app: [addressOf(app)] }));
    const first = await folder.start();
    const [{ value }] = await untilAnswered(first, 'count_over_time(up[1h]) >= 3');
    await first.program.stop('SIGKILL');
    const second = await folder.start();
    const [after] = await second.query('count_over_time(up[1h])');
    expect(Number(after.value[1])).toBeGreaterThanOrEqual(Number(value[1]));
  });

  const skipped = missing('prometheus');
  test.skipIf(skipped !== '')(`leaves a data directory that Prometheus goes on with${skipped}`, async () => {
    const app = await started(startTicTacToe());
    const folder = await folderWith(scraping({ app: [addressOf(app)] }));
    const hearth = await folder.start();
    await untilAnswered(hearth, 'count_over_time(up[1h]) >= 3');
    expect(await hearth.program.stop()).toBe(0);
    const prometheus = await startPrometheus(folder.dataDirectory, () => 'global: {}\n');
    opened.push({ close: () => prometheus.stop() });
    const printed = await promtool('query', 'instant', prometheus.url, 'count_over_time(up{job="app"}[1h]) >= bool 3');
    expect(printed).toMatch(/\{instance="127\.0\.0\.1:\d+", job="app"\} => 1 /);
  });

  test('takes a new configuration as a whole, or not at all', async () => {
    const app = await started(startTicTacToe());
    const folder = await folderWith(scraping({ before: [addressOf(app)] }));
    const hearth = await folder.start(['--web.enable-lifecycle']);
    await untilAnswered(hearth, 'up{job="before"}');
    const reload = () => fetch(`${hearth.url}/-/reload`, { method: 'POST' });

    await folder.configure(`${scraping({ after: [addressOf(app)] })}    scrape_intervall: 5s\n`);
    const refused = await reload();
    expect(refused.status).toBe(500);
    expect(await refused.text()).toMatch(
      /prometheus\.yml:\d+:5: unknown field "scrape_intervall"; did you mean "scrape_interval"\?/,
    );
    expect(await (await fetch(`${hearth.url}/metrics`)).text()).toContain('prometheus_config_last_reload_successful 0');
    expect(await hearth.get('/api/v1/scrape_pools')).toEqual({ scrapePools: ['before'] });

    await folder.configure(scraping({ after: [addressOf(app)] }));
    expect((await reload()).status).toBe(200);
    await untilAnswered(hearth, 'up{job="after"} == 1');
    // The series of the job that is gone ends at once, not after the lookback.
    await until('the end of the series', async () =>
      (await hearth.query('up{job="before"}')).length === 0 ? true : undefined,
    );
  });

  test('is not to be reached from elsewhere without somebody who may', async () => {
    const folder = await folderWith('{}\n');
    await expect(folder.start(['--web.listen-address=0.0.0.0:0'])).rejects.toThrow('error[HEARTH_OPEN_ADDRESS]');
  });
});
