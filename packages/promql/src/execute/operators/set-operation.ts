import type { SetOperationPlan, VectorPlan } from '../../plan/plan.ts';
import type { Batch } from '../batch.ts';
import { tryCompactRows } from '../compact-rows.ts';
import type { Batches, Execution } from '../execution.ts';
import { createSignature } from '../signatures.ts';

/** By signature: 1 for the steps at which there is a series with it. */
type Masks = Map<string, Uint8Array>;

/** `and`, `or`, `unless`: of one side only the presence matters. */
export async function* setOperation(execution: Execution, plan: SetOperationPlan): Batches {
  const { context } = execution;
  const masks: Masks = new Map();
  const sideOf = createSide(execution, plan, masks);
  if (plan.operator === 'or') {
    for await (const batch of execution.vector(plan.left)) {
      sideOf.mark(batch);
      const rest = context.rest();
      if (rest !== undefined) await rest;
      yield batch;
    }
    yield* sideOf.filter(plan.right, 0);
  } else {
    for await (const batch of execution.vector(plan.right)) {
      sideOf.mark(batch);
      context.release(batch);
      const rest = context.rest();
      if (rest !== undefined) await rest;
    }
    yield* sideOf.filter(plan.left, plan.operator === 'and' ? 1 : 0);
  }
  context.budget.drop(masks.size * plan.grid.steps);
}

function createSide({ vector, context }: Execution, { grid, matching, position }: SetOperationPlan, masks: Masks) {
  const { steps } = grid;
  const signatureOf = createSignature(matching);
  return {
    mark({ labels, present }: Batch): void {
      for (let row = 0; row < labels.length; row++) {
        const { key } = signatureOf(labels[row]);
        let mask = masks.get(key);
        if (mask === undefined) {
          context.budget.hold(steps, position);
          mask = new Uint8Array(steps);
          masks.set(key, mask);
        }
        for (let step = 0; step < steps; step++) mask[step] |= present[row * steps + step];
      }
    },
    /** The cells whose mask is `kept`. */
    async *filter(plan: VectorPlan, kept: 0 | 1): Batches {
      for await (const batch of vector(plan)) {
        const { labels, present } = batch;
        for (let row = 0; row < labels.length; row++) {
          const mask = masks.get(signatureOf(labels[row]).key);
          if (mask === undefined) {
            if (kept === 1) present.fill(0, row * steps, (row + 1) * steps);
            continue;
          }
          for (let step = 0; step < steps; step++) if (mask[step] !== kept) present[row * steps + step] = 0;
        }
        const compacted = tryCompactRows(context, batch);
        const rest = context.rest();
        if (rest !== undefined) await rest;
        if (compacted !== undefined) yield compacted;
      }
    },
  };
}
