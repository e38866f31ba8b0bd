import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { onTestFinished } from 'vitest';
import { parseSamples, type SampleValues } from '../../testing/text-format-parser.ts';
import type { Answer, Command } from './clustered-app.ts';

/** Processes run files, and Node.js 20 runs no TypeScript: makes one file of an application, of the sources as they are now. */
export async function buildClusteredApp(): Promise<{ readonly file: string; remove(): Promise<void> }> {
  const outDir = await mkdtemp(join(tmpdir(), 'hearth-cluster-'));
  await build({
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: fileURLToPath(new URL('clustered-app.ts', import.meta.url)),
      outDir,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'app.mjs' } },
    },
  });
  return { file: join(outDir, 'app.mjs'), remove: () => rm(outDir, { recursive: true }) };
}

export interface Forked {
  readonly worker: number;
  /** That all workers share. */
  readonly port: number;
}

/** A cluster of real processes; it ends with the test. */
export class RealCluster {
  readonly log: string[] = [];
  readonly #primary: ChildProcess;

  constructor(file: string, env: Readonly<Record<string, string>> = {}) {
    this.#primary = fork(file, { env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#primary.on('message', (message: Answer) => {
      if ('log' in message) this.log.push(message.log);
    });
    onTestFinished(async () => {
      if (this.#primary.exitCode !== null) return;
      this.#primary.kill('SIGKILL');
      await once(this.#primary, 'exit');
    });
  }

  /** The URL of the totals. */
  async collect(workerTimeoutMs?: number): Promise<string> {
    const { url } = await this.#ask<{ url: string }>({ do: 'collect', ...(workerTimeoutMs && { workerTimeoutMs }) });
    return url;
  }

  fork(env: Readonly<Record<string, string>> = {}): Promise<Forked> {
    return this.#ask({ do: 'fork', env });
  }

  async tell(command: Command): Promise<void> {
    await this.#ask(command);
  }

  /** Of `plays_total`, without asking any worker for it. */
  async arrivedPlays(): Promise<number> {
    return (await this.#ask<{ plays: number }>({ do: 'say what arrived' })).plays;
  }

  /** In milliseconds, since it was asked for the last time. */
  async longestEventLoopDelay(): Promise<number> {
    return (await this.#ask<{ longestDelayMs: number }>({ do: 'measure event loop' })).longestDelayMs;
  }

  async #ask<Result>(command: Command): Promise<Result> {
    const answered = new Promise<Answer>((resolve) => {
      const listen = (message: Answer) => {
        if ('log' in message) return;
        this.#primary.off('message', listen);
        resolve(message);
      };
      this.#primary.on('message', listen);
    });
    this.#primary.send(command);
    const answer = await answered;
    if ('failure' in answer) throw new Error(answer.failure);
    return answer as Result;
  }
}

export async function get(url: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(url, { headers: { connection: 'close' } });
  return { status: response.status, text: await response.text() };
}

export async function samplesAt(url: string): Promise<SampleValues> {
  return parseSamples((await get(url)).text);
}
