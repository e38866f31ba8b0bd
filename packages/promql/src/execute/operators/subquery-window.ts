import type { Grid } from '../../plan/grid.ts';
import type { SubqueryWindowPlan } from '../../plan/plan.ts';
import type { Batch } from '../batch.ts';
import { BatchBuilder } from '../batch-builder.ts';
import { withoutMetricName } from '../context.ts';
import type { Batches, Execution } from '../execution.ts';
import { informOfWindow, windowKernelOf } from '../scan-lane.ts';
import { type SampleColumns, SlidingWindows } from '../windows.ts';

/** A function over a range vector whose samples are the rows of an expression, each on the steps of its own grid. */
export async function* subqueryWindow(execution: Execution, plan: SubqueryWindowPlan): Batches {
  const { context } = execution;
  const { window, inner } = plan;
  const kernel = windowKernelOf(window.functionName);
  const parameters: Float64Array[] = [];
  for (const parameter of window.parameters) parameters.push(await execution.scalar(parameter));
  const windows = new SlidingWindows(plan.grid, window);
  const samplesOf = createSamplesOf(inner.grid);
  const builder = new BatchBuilder(context, plan.grid, plan.position);
  for await (const batch of execution.vector(inner)) {
    for (let row = 0; row < batch.labels.length; row++) {
      const { columns, start, end } = samplesOf(batch, row);
      const count = kernel(windows.over(columns, start, end), builder.row, parameters);
      const labels = batch.labels[row];
      if (count > 0) informOfWindow(context, { plan: window, labels, parameters });
      const isRenamed = !window.keepsName && !context.delayedNameRemoval;
      const dropsName = !window.keepsName || batch.dropsName?.[row] === 1;
      builder.endRow(isRenamed ? withoutMetricName(labels) : labels, count, dropsName);
      if (builder.isFull) yield builder.takeBatch();
      const rest = context.rest();
      if (rest !== undefined) await rest;
    }
    context.release(batch);
  }
  yield* builder.finish();
}

interface RowSamples {
  readonly columns: SampleColumns;
  readonly start: number;
  readonly end: number;
}

/** The present cells of a row as samples; valid until the next row is asked for. A full row is taken as it is. */
function createSamplesOf({ startMs, stepMs, steps }: Grid): (batch: Batch, row: number) => RowSamples {
  const times = Float64Array.from({ length: steps }, (_, step) => startMs + step * stepMs);
  const scratch = { timestamps: new Float64Array(steps), values: new Float64Array(steps) };
  return ({ values, present, counts }, row) => {
    const start = row * steps;
    const isFull = counts[row] === steps;
    if (isFull)
      return { columns: { timestamps: times, values: values.subarray(start, start + steps) }, start: 0, end: steps };
    let count = 0;
    for (let step = 0; step < steps; step++) {
      if (present[start + step] === 0) continue;
      scratch.timestamps[count] = times[step];
      scratch.values[count++] = values[start + step];
    }
    return { columns: scratch, start: 0, end: count };
  };
}
