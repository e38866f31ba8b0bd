import { Labels } from '@hearth/model';
import type { ScalarAsVectorPlan } from '../../plan/plan.ts';
import { BatchBuilder } from '../batch-builder.ts';
import type { Batches, Execution } from '../execution.ts';

/** One series without labels. */
export async function* scalarAsVector(execution: Execution, plan: ScalarAsVectorPlan): Batches {
  const { steps } = plan.grid;
  const scalar = await execution.scalar(plan.scalar);
  if (steps === 0) return;
  const builder = new BatchBuilder(execution.context, plan.grid, plan.position);
  const { values, present, start } = builder.row;
  values.set(scalar, start);
  present.fill(1, start, start + steps);
  builder.endRow(Labels.empty, steps);
  yield builder.takeBatch();
}
