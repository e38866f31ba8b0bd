import type { Labels } from '@hearth/model';
import type { AggregatePlan } from '../../plan/plan.ts';
import type { Accumulator } from '../accumulators/accumulator.ts';
import { createAccumulator } from '../accumulators/create-accumulator.ts';
import { BatchBuilder } from '../batch-builder.ts';
import type { Batches, Execution } from '../execution.ts';
import { createGroupLabels } from '../grouping.ts';

interface Group {
  readonly labels: Labels;
  readonly accumulator: Accumulator;
  dropsName: boolean;
}

/** Aggregations that need of a group no more than a few numbers a step: the rows are let go as they come. */
export async function* aggregate(execution: Execution, plan: AggregatePlan): Batches {
  const { context } = execution;
  const { steps } = plan.grid;
  const groups = new Map<string, Group>();
  const groupLabels = createGroupLabels(plan);
  let held = 0;
  for await (const batch of execution.vector(plan.child)) {
    for (let row = 0; row < batch.labels.length; row++) {
      const labels = groupLabels(batch.labels[row]);
      let group = groups.get(labels.key);
      if (group === undefined) {
        const accumulator = createAccumulator(plan.operator, steps);
        context.budget.hold(accumulator.cells, plan.position);
        held += accumulator.cells;
        group = { labels, accumulator, dropsName: false };
        groups.set(labels.key, group);
      }
      group.accumulator.add({ values: batch.values, present: batch.present, start: row * steps }, batch.counts[row]);
      if (batch.dropsName?.[row] === 1) group.dropsName = true;
    }
    context.release(batch);
    const rest = context.rest();
    if (rest !== undefined) await rest;
  }
  const builder = new BatchBuilder(context, plan.grid, plan.position);
  for (const { labels, accumulator, dropsName } of groups.values()) {
    builder.endRow(labels, accumulator.finish(builder.row), dropsName);
    if (builder.isFull) yield builder.takeBatch();
  }
  yield* builder.finish();
  context.budget.drop(held);
}
