import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { createApp } from './app.ts';
import { ownPortOf } from './metrics.ts';
import { parseSettings, type Settings, SettingsError } from './settings.ts';
import { createShutdown, type Shutdown } from './shutdown.ts';
import { VERSION } from './version.ts';

const EXIT_CANNOT_LISTEN = 1;
const EXIT_BAD_SETTINGS = 2;

const settings = readSettings();
const shutdown = createShutdown({
  drainMs: settings.drainMs,
  close: () => app.close(),
  exit: (code) => process.exit(code),
  log: (line) => console.log(`tic-tac-toe ${VERSION} ${line}`),
  setTimeout,
});
const app = createApp({ ...settings, isDraining: shutdown.isDraining });
stopOnSignals(shutdown);
await listen(app, settings);
announce(app.server.address() as AddressInfo, settings);

function readSettings(): Settings {
  try {
    return parseSettings(process.env, (path) => readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SettingsError) fail(error.message, EXIT_BAD_SETTINGS);
    throw error;
  }
}

/** When this process was forked, the end of its parent is a reason to stop as well. */
function stopOnSignals(shutdown: Shutdown): void {
  process.on('SIGTERM', shutdown.stop);
  process.on('SIGINT', shutdown.stop);
  process.on('disconnect', () => shutdown.stop('parent gone'));
}

async function listen(app: FastifyInstance, { port, host }: Settings): Promise<void> {
  try {
    await app.listen({ port, host });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    fail(
      code === 'EADDRINUSE' ? `port ${port} on ${host} is taken; set PORT to a free one.` : message,
      EXIT_CANNOT_LISTEN,
    );
  }
}

function announce({ port }: AddressInfo, { host, metrics }: Settings): void {
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const metricsPort = ownPortOf(metrics);
  const metricsOrigin = metricsPort === undefined ? origin : `http://127.0.0.1:${metricsPort}`;
  console.log(`tic-tac-toe ${VERSION} listening on ${origin}, metrics at ${metricsOrigin}/metrics`);
  process.send?.({ type: 'listening', port, host });
}

function fail(complaint: string, exitCode: number): never {
  console.error(`tic-tac-toe: ${complaint}`);
  process.exit(exitCode);
}
