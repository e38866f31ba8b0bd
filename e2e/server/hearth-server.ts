import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningProcess, startProcess } from '../support/running-process.ts';

const MAIN = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url));

export interface ApiResult {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [seconds: number, text: string];
}

/** A folder of the test's own with a prometheus.yml, and the program that runs on it, once or several times. */
export interface HearthFolder {
  readonly dataDirectory: string;
  configure(text: string): Promise<void>;
  start(flags?: readonly string[]): Promise<HearthServer>;
  remove(): Promise<void>;
}

export interface HearthServer {
  readonly url: string;
  readonly program: RunningProcess;
  get<T>(path: string): Promise<T>;
  query(promql: string): Promise<readonly ApiResult[]>;
}

export async function createHearthFolder(config: string): Promise<HearthFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-e2e-server-'));
  const configFile = join(folder, 'prometheus.yml');
  const dataDirectory = join(folder, 'data');
  const running: RunningProcess[] = [];
  await writeFile(configFile, config);
  return {
    dataDirectory,
    configure: (text) => writeFile(configFile, text),
    start: async (flags = []) => {
      const where = [`--config.file=${configFile}`, `--storage.tsdb.path=${dataDirectory}`];
      const args = [MAIN, 'serve', ...where, '--web.listen-address=127.0.0.1:0', ...flags];
      const program = startProcess(process.execPath, args);
      running.push(program);
      await program.untilPrinted(/Server is ready to receive web requests/);
      const [, address] = await program.untilPrinted(/msg=Listening address=(\S+)/);
      return { ...createClient(`http://${address}`), program };
    },
    remove: async () => {
      for (const program of running) await program.stop('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function createClient(url: string): Omit<HearthServer, 'program'> {
  async function get<T>(path: string): Promise<T> {
    const response = await fetch(`${url}${path}`);
    const answer = (await response.json()) as { readonly status: string; readonly data: T };
    if (answer.status !== 'success') throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer.data;
  }
  return {
    url,
    get,
    query: async (promql) => {
      const parameters = new URLSearchParams({ query: promql });
      return (await get<{ readonly result: readonly ApiResult[] }>(`/api/v1/query?${parameters}`)).result;
    },
  };
}
