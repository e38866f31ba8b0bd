import { Readable } from 'node:stream';
import { run } from '../../cli/run.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createRecordingTerminal } from '../../testing/recording-terminal.ts';

export interface Outcome {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
  readonly status: readonly string[];
}

export interface Surroundings {
  readonly input?: string;
  /** Aborted as Ctrl-C does. */
  readonly stop?: AbortSignal;
}

/** Runs `hearth tsdb …` in this process. */
export async function hearthTsdb(argv: readonly string[], { input = '', stop }: Surroundings = {}): Promise<Outcome> {
  const terminal = createRecordingTerminal();
  const { signal } = new AbortController();
  const code = await run(['tsdb', ...argv], {
    terminal,
    clock: createFakeClock(),
    env: {},
    stopRequests: { stop: stop ?? signal, hurry: signal, requestStop: () => undefined },
    openInput: () => Readable.from([Buffer.from(input)]),
    locateSampleApplication: () => new URL('./not-there.js', import.meta.url),
  });
  return { code, out: terminal.outLines, err: terminal.errLines, status: terminal.statusLines };
}
