import type { ScalarPlan, ScanReference, VectorPlan } from '../plan/plan.ts';
import type { Batch } from './batch.ts';
import type { ExecutionContext } from './context.ts';

/** Rows, batch after batch. Ending the iteration early stops what makes them. */
export type Batches = AsyncGenerator<Batch, void, void>;

/** What the execution of one kind of node may ask of the rest. */
export interface Execution {
  readonly context: ExecutionContext;
  vector(plan: VectorPlan): Batches;
  /** A value a step. It is shared: not to be changed. */
  scalar(plan: ScalarPlan): Promise<Float64Array>;
  /** The rows that a scan computes for one of its readers. */
  read(source: ScanReference): Batches;
}
