import { type ChildProcess, spawn } from 'node:child_process';
import { until } from './until.ts';

/** A program that a test has started, and has to stop. */
export interface RunningProcess {
  /** All that it has written so far, on both streams. */
  output(): string;
  /** Resolves with the first match in its output; rejects if the program ends without one. */
  untilPrinted(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves with the first message of a program that has a `channel`; rejects if the program ends without one. */
  untilMessage(): Promise<unknown>;
  /** Resolves when it is gone, with its exit code or the signal that ended it. It is killed if it takes too long. */
  stop(signal?: NodeJS.Signals): Promise<Ending>;
}

export type Ending = number | NodeJS.Signals;

export interface StartOptions {
  readonly cwd?: string;
  /** In addition to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it has a message channel to this process, as a forked Node.js program does. */
  readonly channel?: boolean;
}

const STOP_LIMIT_MS = 10_000;

export function startProcess(command: string, args: readonly string[], options: StartOptions = {}): RunningProcess {
  const { cwd = process.cwd(), env = {}, channel = false } = options;
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: channel ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  let message: unknown;
  child.once('message', (first) => {
    message = first;
  });
  let ending: Ending | undefined;
  const ended = untilEnded(child).then((how) => {
    ending = how;
    return how;
  });
  const unlessEnded = <T>(what: string, look: () => T | undefined): Promise<T> =>
    until(`${command} to ${what}`, () => {
      const found = look();
      if (found === undefined && ending !== undefined) throw new Error(`${command} ended with ${ending}:\n${output}`);
      return found;
    });
  return {
    output: () => output,
    untilPrinted: (pattern) => unlessEnded(`print ${pattern}`, () => pattern.exec(output) ?? undefined),
    untilMessage: () => unlessEnded('send a message', () => message),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      return ended.finally(() => clearTimeout(timer));
    },
  };
}

/** With its exit code, the signal that ended it, or NaN if it could not be started at all. */
function untilEnded(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(Number.NaN));
    child.once('exit', (code, signal) => resolve(code ?? signal ?? Number.NaN));
  });
}
