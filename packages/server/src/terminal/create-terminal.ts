import type { Writable } from 'node:stream';
import { choosePaint } from './paint.ts';
import type { Terminal } from './terminal.ts';

export interface TerminalOptions {
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
  readonly env: NodeJS.ProcessEnv;
  /** Called when nobody reads any more: the window was closed, or the other end of a pipe. */
  readonly onLost: () => void;
}

export function createTerminal({ stdout, stderr, env, onLost }: TerminalOptions): Terminal {
  for (const stream of [stdout, stderr]) stream.on('error', onLost);
  return {
    out: (line) => {
      stdout.write(`${line}\n`);
    },
    err: (line) => {
      stderr.write(`${line}\n`);
    },
    paint: choosePaint(stdout, env),
  };
}
