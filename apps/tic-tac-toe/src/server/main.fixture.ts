import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url));

/** How a process ended, and all it printed. */
export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningMain {
  readonly child: ChildProcess;
  /** Resolves with where it listens; rejects if it ends without listening. To be called at once. */
  listening(): Promise<{ readonly port: number; readonly host: string }>;
  readonly ended: Promise<Ending>;
}

/** Runs the built program on a free port, as its own process without the flags of this one, for the running test. */
export function startMain(env: Readonly<Record<string, string>> = {}): RunningMain {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing; npm run build makes it`);
  const child = fork(MAIN, { silent: true, execArgv: [], env: { PORT: '0', ...env } });
  const ended = endingOf(child);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, listening: () => listening(child, ended), ended };
}

/** A forked process whose channel was disconnected emits no `close`, so the ends of its streams are awaited one by one. */
async function endingOf(child: ChildProcess): Promise<Ending> {
  const [[code], stdout, stderr] = await Promise.all([once(child, 'exit'), text(child.stdout!), text(child.stderr!)]);
  return { code: code as number | null, stdout, stderr };
}

async function listening(child: ChildProcess, ended: Promise<Ending>): Promise<{ port: number; host: string }> {
  const message = once(child, 'message').then(([said]) => said as { type: string; port: number; host: string });
  const first = await Promise.race([message, ended]);
  if ('code' in first) throw new Error(`ended with ${first.code}: ${first.stderr}`);
  if (first.type !== 'listening') throw new Error(`said ${JSON.stringify(first)}`);
  return { port: first.port, host: first.host };
}
