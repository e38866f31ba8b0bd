import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { type RunningProcess, startProcess } from './running-process.ts';
import type { WebApp } from './web-app.ts';

const MAIN = fileURLToPath(new URL('../../apps/tic-tac-toe/dist/server/main.js', import.meta.url));
const HEARTH = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url));

export type Environment = Readonly<Record<string, string>>;

/** The sample application on a free port, as its own process. */
export async function startTicTacToe(env: Environment = {}): Promise<WebApp> {
  const app = startProcess(process.execPath, [MAIN], { env: { ...env, HOST: '127.0.0.1', PORT: '0' }, channel: true });
  return unlessItFails(app, 'SIGTERM', async (close) => {
    const { port } = (await app.untilMessage()) as { readonly port: number };
    return { url: `http://127.0.0.1:${port}`, close };
  });
}

export interface Demo extends WebApp {
  /** The addresses of the replicas behind the one address, `127.0.0.1:<port>`. */
  readonly replicas: readonly string[];
}

/** `hearth demo` with three replicas, on ports that are free. */
export async function startDemo(env: Environment = {}): Promise<Demo> {
  const port = String(await freePort());
  const hearth = startProcess(process.execPath, [HEARTH, 'demo', '--port', port, '--replicas', '3'], { env });
  return unlessItFails(hearth, 'SIGINT', async (close) => {
    await hearth.untilPrinted(/Ctrl-C stops everything/);
    const [, url] = await hearth.untilPrinted(/^ *tic-tac-toe +(http:\S+)/m);
    const replicas = [...hearth.output().matchAll(/[├└] replica \d+ +http:\/\/(\S+)/g)];
    return { url: url!, replicas: replicas.map(([, address]) => address!), close };
  });
}

async function unlessItFails<T>(
  program: RunningProcess,
  signal: NodeJS.Signals,
  describe: (close: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const close = async () => void (await program.stop(signal));
  try {
    return await describe(close);
  } catch (error) {
    await close();
    throw error;
  }
}
