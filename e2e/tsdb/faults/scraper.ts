import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleProgram } from '../../../packages/tsdb/src/wal/testing/bundle-program.ts';

/** A process that runs `endless-scraper.ts`. It loads the program and waits until it is told to begin. */
export interface Scraper {
  readonly pid: number;
  begin(firstScrape: number): void;
  /** Resolves when it has opened the storage, or has ended without. */
  untilOpened(): Promise<void>;
  kill(): void;
  /** Resolves when it has ended, with all that it has written. */
  untilEnded(): Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whole lines. */
  readonly lines: readonly string[];
  readonly errors: readonly string[];
}

export interface Scrapers {
  /** A directory that is there until `close`. */
  readonly directory: string;
  start(dataDirectory: string): Scraper;
  /** Kills those that still run. */
  close(): Promise<void>;
}

export async function prepareScrapers(): Promise<Scrapers> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-faults-'));
  const program = await bundleProgram(join(import.meta.dirname, 'endless-scraper.ts'), directory);
  const running = new Set<ChildProcess>();
  return {
    directory,
    start(dataDirectory) {
      const child = spawn(process.execPath, [program, dataDirectory], { stdio: ['pipe', 'pipe', 'pipe'] });
      running.add(child);
      child.once('exit', () => running.delete(child));
      // It may end before it has read what it is told.
      child.stdin.on('error', () => undefined);
      return scraperOf(child);
    },
    async close() {
      for (const child of running) child.kill('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function scraperOf(child: ChildProcess): Scraper {
  let output = '';
  let errors = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const opened = once(child.stdout!, 'data');
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    pid: child.pid!,
    begin: (firstScrape) => void child.stdin!.write(`${firstScrape}\n`),
    untilOpened: async () => void (await Promise.race([opened, closed])),
    kill: () => void child.kill('SIGKILL'),
    async untilEnded() {
      const [code, signal] = await closed;
      return { code, signal, lines: wholeLines(output), errors: errors.split('\n').filter((line) => line !== '') };
    },
  };
}

function wholeLines(text: string): string[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
}
