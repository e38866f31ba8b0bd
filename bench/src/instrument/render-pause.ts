import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHistogram, performance } from 'node:perf_hooks';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { instrumentHandler } from '@hearth/instrument/node';
import { Counter, Histogram, Registry } from 'prom-client';
import { table } from '../report.ts';

const RENDERS = 15;

/** How long rendering `/metrics` keeps everything else waiting, for pages of 10,000 series of different make. */
export async function benchRenderPause(): Promise<void> {
  const rows: string[][] = [];
  for (const [name, fill] of Object.entries(PAGES)) {
    const registry = new Registry();
    const metrics = instrumentHandler((_req, res) => res.end(), {
      registry,
      runtimeMetrics: false,
      endpoint: false,
      groupBy: 'path',
      maxSeries: 20_000,
    });
    await fill(registry, metrics);
    rows.push([name, 'hearth', ...(await pauseOf(async () => (await metrics.render()).body))]);
    rows.push([name, 'prom-client', ...(await pauseOf(() => registry.metrics()))]);
  }
  const header = ['page', 'renderer', 'lines', 'longest pause ms', 'total ms'];
  console.log(table(`Rendering /metrics: worst of ${RENDERS} renders`, header, rows));
}

type Metrics = ReturnType<typeof instrumentHandler>;

const PAGES: Readonly<Record<string, (registry: Registry, metrics: Metrics) => void | Promise<void>>> = {
  '10,000 series of one prom-client counter': (registry) => {
    const counter = new Counter({
      name: 'orders_total',
      help: 'Orders',
      labelNames: ['shop', 'state'],
      registers: [registry],
    });
    for (let i = 0; i < 10_000; i++) counter.inc({ shop: `shop-${i}`, state: 'paid' });
  },
  '10,000 lines of one prom-client histogram': (registry) => {
    const histogram = new Histogram({
      name: 'wait_seconds',
      help: 'Wait',
      labelNames: ['shop'],
      registers: [registry],
    });
    for (let i = 0; i < 10_000 / 14; i++) histogram.observe({ shop: `shop-${i}` }, 0.1);
  },
  '10,000 label sets of all HTTP metrics': (_registry, metrics) => observeRequests(metrics, 10_000),
};

/** One request for each of `count` paths, so that every HTTP metric has as many label sets. */
async function observeRequests(metrics: Metrics, count: number): Promise<void> {
  const server = createServer(metrics.handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  for (let i = 0; i < count; i++) await (await fetch(`http://127.0.0.1:${port}/${i}`)).text();
  server.close();
}

/** Renders again and again beside a task that wants the event loop at once, and reports how long that had to wait. */
async function pauseOf(render: () => Promise<string>): Promise<string[]> {
  const pauses = createHistogram();
  let lines = 0;
  let total = 0;
  let isRunning = true;
  let last = performance.now();
  const tick = () => {
    const now = performance.now();
    pauses.record(Math.max(1, Math.round((now - last) * 1000)));
    last = now;
    if (isRunning) setImmediate(tick);
  };
  setImmediate(tick);
  for (let i = 0; i < RENDERS; i++) {
    const started = performance.now();
    const body = await render();
    total += performance.now() - started;
    await yieldToEventLoop();
    lines = countLines(body);
    await yieldToEventLoop();
    last = performance.now();
  }
  isRunning = false;
  return [String(lines), (pauses.max / 1000).toFixed(1), (total / RENDERS).toFixed(1)];
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
