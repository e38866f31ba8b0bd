import type { Labels } from '@hearth/model';
import { quantile } from '../../math/quantile.ts';
import type { QuantileAggregatePlan } from '../../plan/plan.ts';
import { BatchBuilder } from '../batch-builder.ts';
import type { Batches, Execution } from '../execution.ts';
import { createGroupLabels } from '../grouping.ts';
import { type HeldRow, holdRows } from '../held-rows.ts';
import type { Row } from '../kernels/window-kernel.ts';
import { warnOfQuantiles } from '../parameters.ts';

interface Group {
  readonly labels: Labels;
  readonly rows: HeldRow[];
}

/** A quantile over the series of a group needs all of their values. */
export async function* quantileAggregate(execution: Execution, plan: QuantileAggregatePlan): Batches {
  const { context } = execution;
  const quantiles = await execution.scalar(plan.parameter);
  const groupLabels = createGroupLabels(plan);
  const held = await holdRows(context, execution.vector(plan.child));
  warnOfQuantiles(quantiles, plan.parameter.position, context.annotations);
  const groups = new Map<string, Group>();
  for (const row of held.rows) {
    const labels = groupLabels(row.labels);
    const group = groups.get(labels.key);
    if (group === undefined) groups.set(labels.key, { labels, rows: [row] });
    else group.rows.push(row);
  }
  const builder = new BatchBuilder(context, plan.grid, plan.position);
  for (const { labels, rows } of groups.values()) {
    const count = await writeQuantiles(execution, { rows, quantiles, row: builder.row });
    builder.endRow(
      labels,
      count,
      rows.some(({ dropsName }) => dropsName),
    );
    if (builder.isFull) yield builder.takeBatch();
  }
  yield* builder.finish();
  held.release();
}

async function writeQuantiles(
  { context }: Execution,
  { rows, quantiles, row }: { readonly rows: readonly HeldRow[]; readonly quantiles: Float64Array; readonly row: Row },
): Promise<number> {
  const scratch = new Float64Array(rows.length);
  let presentCount = 0;
  for (let step = 0; step < quantiles.length; step++) {
    let count = 0;
    for (const { values, present, start } of rows)
      if (present[start + step] === 1) scratch[count++] = values[start + step];
    row.present[row.start + step] = count > 0 ? 1 : 0;
    if (count === 0) continue;
    presentCount++;
    row.values[row.start + step] = quantile(quantiles[step], scratch.subarray(0, count));
    const rest = context.rest();
    if (rest !== undefined) await rest;
  }
  return presentCount;
}
