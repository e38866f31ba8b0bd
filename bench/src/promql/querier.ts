import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createEngine } from '@hearth/promql';
import { openDb } from '@hearth/tsdb';
import { logWarnings } from '../support/log-warnings.ts';
import { encodeAnswer } from './encode-answer.ts';
import { END_MS, QUERY_START_MS, STEP_MS } from './period.ts';

export interface QuerierOptions {
  readonly directory: string;
}

export interface Question {
  readonly text: string;
  readonly wantsBody: boolean;
}

export interface QuerierAnswer {
  readonly milliseconds: number;
  /** The longest time for which the query held the event loop. */
  readonly longestTurnMs: number;
  readonly body: string;
  readonly error?: string;
}

/**
 * Hearth under measurement: opens a data directory, says so, and answers range queries over the whole period one by one. An
 * answer's time ends when its JSON is encoded.
 */
const { directory } = JSON.parse(process.argv[2]!) as QuerierOptions;

process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
const db = await openDb({ directory, log: logWarnings, compactsByItself: false, retentionMs: 0 });
const engine = createEngine();
process.on('message', (question: Question) => {
  void answer(question).then(
    (message) => process.send!(message),
    (error: unknown) => process.send!({ error: String(error) }),
  );
});
process.send!({ isReady: true });

async function answer({ text, wantsBody }: Question): Promise<QuerierAnswer> {
  const turns = monitorEventLoopDelay({ resolution: 1 });
  await nextTurn();
  turns.enable();
  const start = performance.now();
  const { value } = await engine.range(db, { text, startMs: QUERY_START_MS, endMs: END_MS, stepMs: STEP_MS });
  const evaluated = performance.now();
  // The monitor's timer has to fire once more for the last turn to be counted.
  await nextTurn();
  await nextTurn();
  turns.disable();
  const encoding = performance.now();
  const body = encodeAnswer(value);
  const milliseconds = evaluated - start + performance.now() - encoding;
  return { milliseconds, longestTurnMs: turns.max / 1e6, body: wantsBody ? body.toString() : '' };
}
