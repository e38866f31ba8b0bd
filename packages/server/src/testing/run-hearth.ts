import { Readable } from 'node:stream';
import { run } from '../cli/run.ts';
import { createFakeClock } from './fake-clock.ts';
import { createRecordingTerminal } from './recording-terminal.ts';

export interface HearthOutcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line in this process. */
export function runHearth(...argv: readonly string[]): Promise<HearthOutcome> {
  return runHearthUntil(new AbortController().signal, argv);
}

/** The same; the signal is aborted as Ctrl-C would do it. */
export async function runHearthUntil(stop: AbortSignal, argv: readonly string[]): Promise<HearthOutcome> {
  const terminal = createRecordingTerminal();
  const { signal } = new AbortController();
  const code = await run(argv, {
    terminal,
    clock: createFakeClock(),
    env: {},
    stopRequests: { stop, hurry: signal, requestStop: () => undefined },
    openInput: () => Readable.from([]),
    locateSampleApplication: () => new URL('./not-there.js', import.meta.url),
  });
  return { code, out: terminal.outLines.join('\n'), err: terminal.errLines.join('\n') };
}
