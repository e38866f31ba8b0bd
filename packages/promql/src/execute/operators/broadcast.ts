import type { BroadcastPlan } from '../../plan/plan.ts';
import { BatchBuilder } from '../batch-builder.ts';
import type { Batches, Execution } from '../execution.ts';

/** Gives the one value of each row to every step. */
export async function* broadcast(execution: Execution, plan: BroadcastPlan): Batches {
  const { context } = execution;
  const { steps } = plan.grid;
  const builder = new BatchBuilder(context, plan.grid, plan.position);
  for await (const batch of execution.vector(plan.child)) {
    for (let row = 0; row < batch.labels.length; row++) {
      const target = builder.row;
      target.values.fill(batch.values[row], target.start, target.start + steps);
      target.present.fill(1, target.start, target.start + steps);
      builder.endRow(batch.labels[row], steps, batch.dropsName?.[row] === 1);
      if (builder.isFull) yield builder.takeBatch();
    }
    context.release(batch);
    const rest = context.rest();
    if (rest !== undefined) await rest;
  }
  yield* builder.finish();
}
