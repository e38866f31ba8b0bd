import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const STOP_LIMIT_MS = 10_000;
const ANSWER_LIMIT_MS = 120_000;
/** USER_HZ, in which Linux tells CPU times (man 5 proc): 100 wherever Node.js runs. */
const TICKS_PER_SECOND = 100;

/** A program under measurement. Whoever starts it stops it. */
export interface Program {
  readonly pid: number;
  /** A worker's next message. Rejects when it ends or says nothing for two minutes, as `printed` does. */
  message<T>(): Promise<T>;
  send(question: object): void;
  /** The first match in what a command has written to stderr, which resolves once it is there. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** With SIGTERM, or killed if that takes too long. */
  stop(): Promise<void>;
}

/**
 * A Node.js program of the benchmarks, such as `storage/opener`, which is given `options` as JSON and ends when its channel
 * does. `execArgv` is for Node.js itself.
 */
export function startWorker(name: string, options: object = {}, execArgv: readonly string[] = []): Program {
  const path = fileURLToPath(new URL(`../${name}.js`, import.meta.url));
  return programOf(name, fork(path, [JSON.stringify(options)], { execArgv: [...execArgv] }));
}

export function startCommand(command: string, args: readonly string[]): Program {
  return programOf(command, spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] }));
}

function programOf(name: string, child: ChildProcess): Program {
  const ended = new AbortController();
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const end = (how: Error | string | number) =>
    ended.abort(new Error(`${name} ended with ${how}\n${output.slice(-2000)}`));
  child.once('error', end);
  child.once('exit', (code, signal) => end(code ?? signal ?? 'an unknown cause'));
  const next = async (emitter: NodeJS.EventEmitter, event: string): Promise<unknown> => {
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
    try {
      return (await once(emitter, event, { signal }))[0];
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    }
  };
  return {
    pid: child.pid ?? Number.NaN,
    message: async <T>() => (await next(child, 'message')) as T,
    send: (question) => void child.send(question),
    async printed(pattern) {
      for (;;) {
        const match = pattern.exec(output);
        if (match !== null) return match;
        await next(child.stderr!, 'data');
      }
    },
    async stop() {
      if (ended.signal.aborted) return;
      const gone = once(child, 'exit');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      child.kill();
      await gone;
      clearTimeout(timer);
    },
  };
}

/** User and system time of a running process, all threads of it. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // Fields 14 and 15; the second, the name in brackets, may hold blanks.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[14 - 3]) + Number(fields[15 - 3])) / TICKS_PER_SECOND;
}

/** Time of the threads that a running process has now, in nanoseconds' accuracy: for what takes milliseconds. */
export async function cpuMillisecondsOf(pid: number): Promise<number> {
  let nanoseconds = 0;
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    // Empty when the thread has just ended.
    const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '');
    nanoseconds += Number(text.split(' ')[0]);
  }
  return nanoseconds / 1e6;
}

export interface Memory {
  readonly residentBytes: number;
  readonly peakBytes: number;
}

export async function memoryOf(pid: number): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const bytesOf = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)![1]) * 1024;
  return { residentBytes: bytesOf('VmRSS'), peakBytes: bytesOf('VmHWM') };
}
