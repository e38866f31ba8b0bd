import { type Outcome, runHearth } from '../../testing/run-hearth.ts';

export interface Surroundings {
  readonly input?: string;
  /** Aborted as Ctrl-C does. */
  readonly stop?: AbortSignal;
}

/** Runs `hearth tsdb …` in this process. */
export function hearthTsdb(argv: readonly string[], { input = '', stop }: Surroundings = {}): Promise<Outcome> {
  return runHearth(['tsdb', ...argv], { input: [input], ...(stop && { stop }) });
}
