import { appendFile } from 'node:fs/promises';

/** Appends a line to a file, in the order of the calls, and returns at once. Must not throw. */
export type AppendLine = (file: string, line: string) => void;

/** So many lines wait for a slow disk; more are left out. */
const MAX_WAITING = 10_000;

/** Appends to files as they are at the moment, so that they can be renamed or removed meanwhile. */
export function createAppendLine(onError: (file: string, error: unknown) => void): AppendLine {
  const waiting = new Map<string, string[]>();
  const write = async (file: string, lines: string[]) => {
    while (lines.length > 0) {
      try {
        await appendFile(file, lines.splice(0).join(''));
      } catch (error) {
        onError(file, error);
      }
    }
    waiting.delete(file);
  };
  return (file, line) => {
    const lines = waiting.get(file);
    if (lines !== undefined) {
      if (lines.length < MAX_WAITING) lines.push(`${line}\n`);
      return;
    }
    const first = [`${line}\n`];
    waiting.set(file, first);
    void write(file, first);
  };
}

export interface FailedScrape {
  readonly timeMs: number;
  readonly job: string;
  readonly target: string;
  readonly message: string;
}

/** A line of `scrape_failure_log_file`: JSON, with Prometheus' names. */
export function failureLine({ timeMs, job, target, message }: FailedScrape): string {
  return JSON.stringify({ time: new Date(timeMs).toISOString(), level: 'ERROR', msg: message, job_name: job, target });
}
