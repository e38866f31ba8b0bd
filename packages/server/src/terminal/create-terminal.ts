import type { Writable } from 'node:stream';
import { choosePaint } from './paint.ts';
import type { Terminal } from './terminal.ts';

export interface TerminalOptions {
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: NodeJS.ProcessEnv;
  /** Called when nobody reads any more: the window was closed, or the other end of a pipe. */
  readonly onLost: () => void;
}

/** To the start of the line, and erase it: ECMA-48 § 8.3.41. */
const ERASE_LINE = '\r\u001b[2K';

export function createTerminal({ stdout, stderr, env, onLost }: TerminalOptions): Terminal {
  for (const stream of [stdout, stderr]) stream.on('error', onLost);
  let isLost = false;
  stdout.on('error', () => {
    isLost = true;
  });
  const hasStatus = stderr.isTTY === true && env.TERM !== 'dumb';
  let shown = '';
  const status = (line: string): void => {
    if (!hasStatus || line === shown) return;
    stderr.write(ERASE_LINE + line);
    shown = line;
  };
  return {
    out: (line) => {
      status('');
      stdout.write(`${line}\n`);
    },
    err: (line) => {
      status('');
      stderr.write(`${line}\n`);
    },
    status,
    drained: () => (stdout.writableNeedDrain && !isLost ? untilDrained(stdout) : undefined),
    get isLost() {
      return isLost;
    },
    get width() {
      return stdout.isTTY === true ? stdout.columns : undefined;
    },
    paint: choosePaint(stdout, env),
  };
}

function untilDrained(stream: Writable): Promise<void> {
  const ends = ['drain', 'error', 'close'];
  return new Promise((resolve) => {
    const done = (): void => {
      for (const end of ends) stream.off(end, done);
      resolve();
    };
    for (const end of ends) stream.on(end, done);
  });
}
