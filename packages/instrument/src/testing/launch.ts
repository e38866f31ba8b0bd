import { onTestFinished } from 'vitest';
import type { Framework, RunningApp, StartOptions } from './apps/framework.ts';
import { type Answer, openRaw, type RawConnection, type SendOptions, send } from './http-client.ts';
import { parseSamples, rowsOf } from './text-format-parser.ts';
import { until } from './until.ts';

/** An application of the contract suite, and what a test asks of it. */
export interface LaunchedApp extends RunningApp {
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

/** Starts the application of a framework; it stops with the test. */
export async function launch(framework: Framework, options: StartOptions = {}): Promise<LaunchedApp> {
  const app = await framework.start(options);
  onTestFinished(() => app.close());
  return watch(app);
}

export function watch(app: RunningApp): LaunchedApp {
  const render = async () => (await app.metrics.render()).body;
  const inFlight = async () => {
    const line = /^\w*http_requests?_(?:in_flight|in_progress) (\d+|-\d+)$/m.exec(await render());
    return Number(line?.[1] ?? 0);
  };
  const untilInFlight = (count: number) => until(`${count} in flight`, async () => (await inFlight()) === count);
  const text = async () => {
    await untilInFlight(0);
    return render();
  };
  const rows = async (name: string, ...labels: string[]) => rowsOf(parseSamples(await text()), name, labels);
  return {
    ...app,
    send: (requestLine, options) => send(app.port, requestLine, options),
    connect: () => openRaw(app.port),
    inFlight,
    untilInFlight,
    text,
    rows,
    requests: () => rows('http_requests_total', 'method', 'endpoint', 'status'),
    exceptions: async () =>
      Object.fromEntries(
        Object.entries(await rows('http_request_exceptions_total', 'method', 'endpoint')).filter(([, n]) => n !== 0),
      ),
  };
}
