import type { NothingPlan } from '../../plan/plan.ts';
import { tryCompactRows } from '../compact-rows.ts';
import type { Batches, Execution } from '../execution.ts';

/** Reads its child, so that what is wrong with it is said, and lets nothing through. */
export async function* nothing({ vector, context }: Execution, { child }: NothingPlan): Batches {
  for await (const batch of vector(child)) {
    batch.present.fill(0, 0, batch.labels.length * batch.steps);
    const left = tryCompactRows(context, batch);
    if (left !== undefined) yield left;
  }
}
