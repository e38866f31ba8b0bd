import type { Labels, Querier } from '@hearth/model';
import type { AnnotationSink } from '../annotations.ts';
import type { PositionRange } from '../syntax/tree.ts';
import type { Batch } from './batch.ts';
import type { Budget } from './budget.ts';
import type { ColumnPool, Columns } from './column-pool.ts';

export interface ContextOptions {
  readonly querier: Querier;
  readonly signal: AbortSignal;
  readonly pace: () => Promise<void> | undefined;
  readonly budget: Budget;
  readonly annotations: AnnotationSink;
  readonly delayedNameRemoval: boolean;
  /** Shared by all queries of an engine. */
  readonly pool: ColumnPool;
}

/** What the operators of one running query share. */
export class ExecutionContext {
  readonly querier: Querier;
  readonly signal: AbortSignal;
  readonly annotations: AnnotationSink;
  readonly delayedNameRemoval: boolean;
  readonly budget: Budget;
  samplesRead = 0;
  readonly #pace: () => Promise<void> | undefined;
  readonly #pool: ColumnPool;

  constructor({ querier, signal, pace, budget, annotations, delayedNameRemoval, pool }: ContextOptions) {
    this.querier = querier;
    this.signal = signal;
    this.annotations = annotations;
    this.delayedNameRemoval = delayedNameRemoval;
    this.budget = budget;
    this.#pace = pace;
    this.#pool = pool;
  }

  /** To be called, and waited for where it returns a promise, after every few tenths of a millisecond of work. Throws when the query has to end. */
  rest(): Promise<void> | undefined {
    this.signal.throwIfAborted();
    return this.#pace();
  }

  /** Columns for so many cells; `position` is what of the query needs them. What they hold is left over from before. */
  takeColumns(cells: number, position: PositionRange): Columns {
    const columns = this.#pool.take(cells);
    this.budget.holdBytes(bytesOf(columns), position);
    return columns;
  }

  /** Gives columns back of which no row counts. */
  giveColumns(columns: Columns): void {
    this.budget.dropBytes(bytesOf(columns));
    this.#pool.give(columns);
  }

  /** Counts the rows of a batch no longer, and takes its columns back. */
  release(batch: Batch): void {
    this.budget.dropSamples(batch.labels.length * batch.steps);
    this.giveColumns(batch);
  }

  /** Counts neither the rows of a batch nor its columns any longer, but leaves them to whoever has them. */
  handOver(batch: Batch): void {
    this.budget.dropSamples(batch.labels.length * batch.steps);
    this.budget.dropBytes(bytesOf(batch));
  }
}

function bytesOf({ values, present }: Columns): number {
  return values.byteLength + present.byteLength;
}

/** Prometheus' names for what a series measures, not which one it is: they go with the metric's name. */
const METADATA_LABELS: ReadonlySet<string> = new Set(['__name__', '__type__', '__unit__']);

export function withoutMetricName(labels: Labels): Labels {
  return labels.without(METADATA_LABELS);
}
