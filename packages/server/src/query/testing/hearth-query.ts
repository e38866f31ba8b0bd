import { Readable } from 'node:stream';
import { run } from '../../cli/run.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createRecordingTerminal } from '../../testing/recording-terminal.ts';
import type { Clock } from '../../time/clock.ts';

export interface Outcome {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

export interface Surroundings {
  /** Of the terminal. */
  readonly width?: number;
  readonly clock?: Clock;
  /** Aborted as Ctrl-C does. */
  readonly stop?: AbortSignal;
}

/** Runs `hearth query …` in this process. */
export async function hearthQuery(argv: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  const { width, clock = createFakeClock(), stop = new AbortController().signal } = surroundings;
  const terminal = createRecordingTerminal({ width });
  const code = await run(['query', ...argv], {
    terminal,
    clock,
    env: {},
    stopRequests: { stop, hurry: new AbortController().signal, requestStop: () => undefined },
    openInput: () => Readable.from([]),
    locateSampleApplication: () => new URL('./not-there.js', import.meta.url),
  });
  return { code, out: terminal.outLines, err: terminal.errLines };
}
