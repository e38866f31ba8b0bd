import { compareLabels } from '@hearth/model';
import type { SortPlan } from '../../plan/plan.ts';
import { BatchBuilder } from '../batch-builder.ts';
import { copyRow } from '../copy-row.ts';
import type { Batches, Execution } from '../execution.ts';
import { type HeldRow, holdRows } from '../held-rows.ts';
import { compareNaturally } from '../natural-order.ts';

/** Orders the rows of an instant query; those of a range query are ordered by their labels in the end, and it says so. */
export async function* sort(execution: Execution, plan: SortPlan): Batches {
  const { context } = execution;
  if (plan.grid.steps !== 1) {
    const text = 'sort is ineffective for range queries since results are always ordered by labels';
    context.annotations.add('warning', text, plan.position);
    yield* execution.vector(plan.child);
    return;
  }
  const held = await holdRows(context, execution.vector(plan.child));
  const compare = plan.labels === undefined ? createByValue(plan) : createByLabels(plan.labels, plan);
  const builder = new BatchBuilder(context, plan.grid, plan.position);
  for (const row of held.rows.toSorted(compare)) {
    copyRow(row, builder.row, plan.grid.steps);
    builder.endRow(row.labels, row.count, row.dropsName);
    if (builder.isFull) yield builder.takeBatch();
  }
  yield* builder.finish();
  held.release();
}

type Compare = (a: HeldRow, b: HeldRow) => number;

/** NaN comes last, whichever the direction. */
function createByValue({ descending }: SortPlan): Compare {
  return (a, b) => {
    const [valueA, valueB] = [a.values[a.start], b.values[b.start]];
    if (Number.isNaN(valueA) || Number.isNaN(valueB))
      return Number(Number.isNaN(valueA)) - Number(Number.isNaN(valueB));
    if (valueA === valueB) return 0;
    return valueA < valueB !== descending ? -1 : 1;
  };
}

function createByLabels(names: readonly string[], { descending }: SortPlan): Compare {
  const sign = descending ? -1 : 1;
  return (a, b) => {
    for (const name of names) {
      const order = compareNaturally(a.labels.get(name), b.labels.get(name));
      if (order !== 0) return sign * order;
    }
    return sign * compareLabels(a.labels, b.labels);
  };
}
