import { spawnSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readMetrics } from '../support/exposition.ts';
import { startExpress, startFastify } from '../support/node-app.ts';
import { prometheusIsMissing, prometheusSuite } from '../support/prometheus.ts';
import { startTicTacToe } from '../support/sample-application.ts';
import { send, type WebApp } from '../support/web-app.ts';

/** Names that `prom-client` gives and dashboards for Node.js ask for: better a gauge called `_total` than an empty panel. */
const ACCEPTED = [
  'nodejs_active_handles_total non-counter metrics should not have "_total" suffix',
  'nodejs_active_requests_total non-counter metrics should not have "_total" suffix',
  'nodejs_active_resources_total non-counter metrics should not have "_total" suffix',
];

const REQUESTS = ['GET /', 'HEAD /', 'GET /nowhere', 'GET /raise', 'POST /status/201'];

describe.skipIf(prometheusIsMissing)(prometheusSuite('promtool check metrics'), () => {
  const apps: readonly [name: string, start: () => Promise<WebApp>][] = [
    ['Express', () => startExpress({ info: { region: 'a "quoted"\nplace' } })],
    ["Fastify with Flask's names", () => startFastify({ names: 'flask' })],
    ['Express with sums instead of histograms', () => startExpress({ durationAs: 'summary' })],
    ['the sample application', () => startTicTacToe()],
    ["the sample application with Flask's names", () => startTicTacToe({ METRICS_NAMES: 'flask' })],
  ];

  it.each(apps)('finds nothing but what is accepted in %s', async (_name, start) => {
    const app = await start();
    onTestFinished(() => app.close());
    for (const request of REQUESTS) await send(app, request);
    const { body } = await readMetrics(`${app.url}/metrics`, 'text');
    expect(complaintsAbout(body)).toEqual(ACCEPTED);
  });

  it('would complain', () => {
    expect(complaintsAbout('# TYPE sold counter\nsold 1\n')).toEqual([
      'sold counter metrics should have "_total" suffix',
      'sold no help text',
    ]);
    expect(complaintsAbout('sold{ 1\n')[0]).toMatch(/^error while linting: text format parsing error in line 1/);
  });
});

function complaintsAbout(text: string): readonly string[] {
  const { stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  if (error !== undefined) throw error;
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
  return lines.toSorted((a, b) => (a < b ? -1 : 1));
}
