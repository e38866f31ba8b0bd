import { Readable } from 'node:stream';
import { run } from '../cli/run.ts';
import type { Clock } from '../time/clock.ts';
import { createFakeClock } from './fake-clock.ts';
import { createRecordingTerminal } from './recording-terminal.ts';

export interface Outcome {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
  readonly status: readonly string[];
}

export interface Surroundings {
  /** What comes in through a pipe. */
  readonly input?: readonly string[];
  /** Of the terminal. */
  readonly width?: number | undefined;
  readonly clock?: Clock;
  /** Aborted as Ctrl-C does. */
  readonly stop?: AbortSignal;
}

/** Runs one command line in this process. */
export async function runHearth(argv: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  const { input = [], width, clock = createFakeClock(), stop = new AbortController().signal } = surroundings;
  const terminal = createRecordingTerminal({ width });
  const code = await run(argv, {
    terminal,
    clock,
    now: Date.now,
    env: {},
    stopRequests: {
      stop,
      hurry: new AbortController().signal,
      requestStop: () => undefined,
      onHangup: () => () => undefined,
    },
    openInput: () => Readable.from(input.map((text) => Buffer.from(text))),
    locateSampleApplication: () => new URL('./has-not-been-built.js', import.meta.url),
  });
  return { code, out: terminal.outLines, err: terminal.errLines, status: terminal.statusLines };
}

/** The same without surroundings, as texts. */
export function hearth(...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return hearthUntil(new AbortController().signal, argv);
}

/** The same; the signal is aborted as Ctrl-C would do it. */
export async function hearthUntil(
  stop: AbortSignal,
  argv: readonly string[],
): Promise<{ code: number; out: string; err: string }> {
  const { code, out, err } = await runHearth(argv, { stop });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
