import { type ChildProcess, fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../time/clock.ts';
import type { Child, ChildEnd } from './child.ts';
import { createLineSplitter } from './lines.ts';
import { tryListeningPort } from './listening-message.ts';

const MAX_LINE_LENGTH = 500;
/** Room for what Node.js prints of an error that nobody caught: the source line, the message and the stack. */
const LAST_LINES = 20;

/** A descendant can hold the output open when the process itself is gone; then what it has not written is not waited for. */
const OUTPUT_LIMIT_MS = 1_000;

export interface ForkOptions {
  /** The file to run. */
  readonly entry: URL;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Called with each line that the process writes, on either stream. */
  readonly onLine: (line: string) => void;
}

/**
 * Starts a Node.js process with a message channel to this one. When this process dies, in whatever way, the channel
 * closes and the other one learns it from that.
 */
export function forkChild({ entry, env, clock, onLine }: ForkOptions): Child {
  const childProcess = fork(fileURLToPath(entry), [], {
    env,
    // Not this process's own flags: a second inspector on the same port would keep the child from starting.
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lastLines: string[] = [];
  for (const stream of [childProcess.stdout, childProcess.stderr]) {
    readLines(stream, (line) => {
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
      onLine(line);
    });
  }
  return {
    listening: untilListening(childProcess),
    ended: untilEnded(childProcess, clock),
    lastLines: () => [...lastLines],
    signal: (signal) => {
      childProcess.kill(signal);
    },
  };
}

/** There is no stream when the system has refused to start the process. */
function readLines(stream: Readable | null | undefined, onLine: (line: string) => void): void {
  if (stream === null || stream === undefined) return;
  const lines = createLineSplitter(MAX_LINE_LENGTH, onLine);
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => lines.push(text));
  stream.on('close', () => lines.end());
  // What was not read is lost, and that the process is gone shows elsewhere.
  stream.on('error', () => stream.destroy());
}

function untilListening(childProcess: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    childProcess.on('message', (message) => {
      const port = tryListeningPort(message);
      if (port !== undefined) resolve(port);
    });
  });
}

function untilEnded(childProcess: ChildProcess, clock: Clock): Promise<ChildEnd> {
  return new Promise((resolve) => {
    // Also emitted when a signal or message cannot be delivered; only without a pid does it mean that nothing runs.
    childProcess.on('error', (error) => {
      if (childProcess.pid === undefined) resolve({ how: `could not be started (${error.message})` });
    });
    childProcess.once('exit', (code, signal) => {
      const how = signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
      const timer = clock.after(OUTPUT_LIMIT_MS, () => resolve({ how }));
      childProcess.once('close', () => {
        timer.cancel();
        resolve({ how });
      });
    });
  });
}
