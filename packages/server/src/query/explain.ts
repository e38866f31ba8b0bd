import { createEngine, PromqlError } from '@hearth/promql';
import type { Evaluation } from './evaluation.ts';
import { queryFailure } from './questions.ts';

/** How Hearth's engine would go about a query. Throws a HearthError for what is none. */
export function explainQuery(text: string, evaluation: Evaluation, nowMs: () => number): string {
  const engine = createEngine();
  try {
    return engine.explain(
      evaluation.kind === 'range'
        ? { text, startMs: evaluation.startMs, endMs: evaluation.endMs, stepMs: evaluation.stepMs }
        : { text, timestampMs: evaluation.timeMs ?? nowMs() },
    );
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    throw queryFailure(text, error.message, error);
  }
}
