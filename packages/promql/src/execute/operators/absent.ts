import type { AbsentPlan } from '../../plan/plan.ts';
import { countPresent } from '../batch.ts';
import { BatchBuilder } from '../batch-builder.ts';
import type { Batches, Execution } from '../execution.ts';

/** One series with the value 1 at the steps at which the child has none. */
export async function* absent(execution: Execution, plan: AbsentPlan): Batches {
  const { context } = execution;
  const { steps } = plan.grid;
  const missing = new Uint8Array(steps).fill(1);
  for await (const batch of execution.vector(plan.child)) {
    for (let row = 0; row < batch.labels.length; row++) {
      for (let step = 0; step < steps; step++) if (batch.present[row * steps + step] === 1) missing[step] = 0;
    }
    context.release(batch);
  }
  const count = countPresent(missing, 0, steps);
  if (count === 0) return;
  const builder = new BatchBuilder(context, plan.grid, plan.position);
  const { values, present, start } = builder.row;
  values.fill(1, start, start + steps);
  present.set(missing, start);
  builder.endRow(plan.labels, count);
  yield builder.takeBatch();
}
