import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { eventually } from './eventually.ts';

/** The program as a user runs it: a process in a group of its own, as a terminal makes one. */
export interface HearthProcess {
  readonly pid: number;
  readonly stdout: Readable;
  out(): string;
  err(): string;
  /** Resolves when it has written this. */
  untilOut(text: string): Promise<void>;
  /** Sends a signal to it alone. */
  signal(signal: NodeJS.Signals): void;
  /** Sends SIGINT to it and everything that it started, as a terminal does. */
  pressCtrlC(): void;
  /** Resolves with how it ended: an exit code or a signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

export const HEARTH_WITH_FIXTURE = new URL('./hearth-with-fixture.mjs', import.meta.url);

export function startHearth(
  args: readonly string[],
  { entry = HEARTH_WITH_FIXTURE, env = process.env }: { readonly entry?: URL; readonly env?: NodeJS.ProcessEnv } = {},
): HearthProcess {
  const child = spawn(process.execPath, [fileURLToPath(entry), ...args], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject);
    // When it is gone and all that it wrote is here; replicas that outlive it hold its output open no longer than they live.
    child.once('close', (code, signal) => resolve(code ?? signal ?? Number.NaN));
  });
  const [out, err] = [collect(child.stdout), collect(child.stderr)];
  onTestFinished(() => endGroup(child));
  return {
    pid: child.pid!,
    stdout: child.stdout,
    out,
    err,
    untilOut: (text) => eventually(() => out() + err()).toContain(text),
    signal: (signal) => void child.kill(signal),
    pressCtrlC: () => void process.kill(-child.pid!, 'SIGINT'),
    ended,
  };
}

/** The process that answers at a URL of the stand-in. */
export async function pidAt(url: string): Promise<number> {
  const [response] = await once(get(url, { agent: false }), 'response');
  const { pid } = (await json(response)) as { pid: number };
  return pid;
}

/** The URLs of the sample application that the table names: the one address first. */
export function urlsIn(table: string): readonly string[] {
  return [...table.matchAll(/ (?:tic-tac-toe|replica \d+) +(http:\/\/\S+:\d+)(?= |$)/gm)].map(([, url]) => url);
}

/** The URL of Hearth that the table names. */
export function hearthUrlIn(table: string): string {
  const [, url] = / Hearth +(http:\/\/\S+:\d+)(?= |$)/m.exec(table) ?? [];
  if (url === undefined) throw new Error(`no URL of Hearth in:\n${table}`);
  return url;
}

function collect(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  return () => text;
}

/** For a test that failed half-way: whatever is left of the group. */
function endGroup(child: ChildProcessByStdio<null, Readable, Readable>): void {
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
