import type { CliContext } from '../cli/context.ts';
import { readVersion } from '../cli/version.ts';
import { nodeConfigHost } from '../config/node-config-host.ts';
import type { Log } from '../log/log.ts';
import type { ServeOptions } from './serve-options.ts';
import { startServer } from './start-server.ts';

/** Runs the server until it is asked to stop, by a signal or over HTTP. */
export async function runServe(options: ServeOptions, context: CliContext & { readonly log: Log }): Promise<void> {
  const { log, clock, now, env, stopRequests } = context;
  const server = await startServer(options, { log, clock, now, env, host: nodeConfigHost, version: readVersion() });
  const endReloading = stopRequests.onHangup(() => {
    // What is wrong has been logged, and is told by the API and the metrics.
    void server.reload().catch(() => undefined);
  });
  await untilAborted(AbortSignal.any([stopRequests.stop, server.quitRequest]));
  endReloading();
  await server.stop();
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
