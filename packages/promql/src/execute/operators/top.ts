import type { Labels } from '@hearth/model';
import type { TopPlan } from '../../plan/plan.ts';
import { BatchBuilder } from '../batch-builder.ts';
import type { Batches, Execution } from '../execution.ts';
import { createGroupLabels } from '../grouping.ts';
import { seriesLimitsOf } from '../parameters.ts';
import { TopSlots } from '../top-slots.ts';

interface Candidate {
  readonly labels: Labels;
  readonly dropsName: boolean;
}

/**
 * `topk` and `bottomk`. Of each group only the best values of every step are kept, with the number of their series; a series
 * that is among the best at any step is a series of the result.
 */
export async function* top(execution: Execution, plan: TopPlan): Batches {
  const { context } = execution;
  const limits = seriesLimitsOf(await execution.scalar(plan.parameter), plan.parameter.position);
  const candidates: Candidate[] = [];
  const groups = new Map<string, TopSlots>();
  const groupLabels = createGroupLabels(plan);
  let held = 0;
  for await (const batch of execution.vector(plan.child)) {
    for (let row = 0; row < batch.labels.length; row++) {
      const { key } = groupLabels(batch.labels[row]);
      let slots = groups.get(key);
      if (slots === undefined) {
        slots = new TopSlots(plan.operator, limits);
        groups.set(key, slots);
      }
      const before = slots.cells;
      slots.add({ values: batch.values, present: batch.present, start: row * batch.steps }, candidates.length);
      context.budget.hold(slots.cells - before, plan.position);
      held += slots.cells - before;
      candidates.push({ labels: batch.labels[row], dropsName: batch.dropsName?.[row] === 1 });
      const rest = context.rest();
      if (rest !== undefined) await rest;
    }
    context.release(batch);
  }
  const builder = new BatchBuilder(context, plan.grid, plan.position);
  for (const slots of groups.values()) {
    for (const { series, writeTo } of slots.rows()) {
      const { labels, dropsName } = candidates[series];
      builder.endRow(labels, writeTo(builder.row), dropsName);
      if (builder.isFull) yield builder.takeBatch();
    }
  }
  yield* builder.finish();
  context.budget.drop(held);
}
