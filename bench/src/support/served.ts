import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { type Program, startCommand } from './programs.ts';

export interface Served {
  readonly name: string;
  readonly program: Program;
  readonly origin: string;
  /** From its start until it said that it is ready. */
  readonly readyMs: number;
}

export interface ServedOptions {
  readonly name: 'hearth' | 'prometheus';
  /** Its data directory; the configuration is written beside it. */
  readonly data: string;
  readonly config: object;
  readonly started: (program: Program) => void;
}

const HEARTH = fileURLToPath(new URL('../../../packages/server/bin/hearth.js', import.meta.url));

/** The same files and flags for both. */
export async function startServed({ name, data, config, started }: ServedOptions): Promise<Served> {
  const configFile = `${data}.yml`;
  await writeFile(configFile, JSON.stringify(config));
  const port = await freePort();
  const flags = [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${data}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--storage.tsdb.retention.time=100y',
  ];
  const startMs = performance.now();
  const program =
    name === 'hearth' ? startCommand(process.execPath, [HEARTH, 'serve', ...flags]) : startCommand('prometheus', flags);
  started(program);
  const origin = `http://127.0.0.1:${port}`;
  while (!(await isReady(origin))) await pause(10);
  return { name, program, origin, readyMs: performance.now() - startMs };
}

async function isReady(origin: string): Promise<boolean> {
  return fetch(`${origin}/-/ready`).then(
    (response) => response.ok,
    () => false,
  );
}
