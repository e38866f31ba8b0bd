import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Framework, RunningApp, StartOptions } from './apps/framework.ts';
import { type Answer, openRaw, type RawConnection, type SendOptions, send } from './http-client.ts';
import { parseSamples, rowsOf } from './text-format-parser.ts';
import { until } from './until.ts';

/** What a test asks of an instrumented application. */
export interface WatchedApp {
  readonly port: number;
  readonly metrics: RunningApp['metrics'];
  send(requestLine: string, options?: SendOptions): Promise<Answer>;
  connect(): Promise<RawConnection>;
  inFlight(): Promise<number>;
  /** Resolves when so many requests are in progress. */
  untilInFlight(count: number): Promise<void>;
  /** The metrics once every request is over, as text. */
  text(): Promise<string>;
  /** {@link rowsOf} the metrics once every request is over. */
  rows(name: string, ...labels: string[]): Promise<Record<string, number>>;
  /** What was counted, by `METHOD endpoint status`. */
  requests(): Promise<Record<string, number>>;
  /** Exceptions by `METHOD endpoint`, without the zeros. */
  exceptions(): Promise<Record<string, number>>;
}

export type LaunchedApp = RunningApp & WatchedApp;

/** Starts the application of a framework; it stops with the test. */
export async function launch(framework: Framework, options: StartOptions = {}): Promise<LaunchedApp> {
  const app = await framework.start(options);
  onTestFinished(() => app.close());
  return { ...app, ...watch(app) };
}

/** Starts any server whose application is instrumented; it stops with the test. */
export async function serve(server: Server, metrics: RunningApp['metrics']): Promise<WatchedApp> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return watch({ port: (server.address() as AddressInfo).port, metrics });
}

function watch({ port, metrics }: Pick<RunningApp, 'port' | 'metrics'>): WatchedApp {
  const render = async () => (await metrics.render()).body;
  const inFlight = async () => {
    const line = /^\w*http_requests?_(?:in_flight|in_progress) (-?\d+)$/m.exec(await render());
    return Number(line?.[1] ?? 0);
  };
  const untilInFlight = (count: number) => until(`${count} in flight`, async () => (await inFlight()) === count);
  const text = async () => {
    await untilInFlight(0);
    return render();
  };
  const rows = async (name: string, ...labels: string[]) => rowsOf(parseSamples(await text()), name, labels);
  return {
    port,
    metrics,
    send: (requestLine, options) => send(port, requestLine, options),
    connect: () => openRaw(port),
    inFlight,
    untilInFlight,
    text,
    rows,
    requests: () => rows('http_requests_total', 'method', 'endpoint', 'status'),
    exceptions: async () => {
      const all = await rows('http_request_exceptions_total', 'method', 'endpoint');
      return Object.fromEntries(Object.entries(all).filter(([, count]) => count !== 0));
    },
  };
}
