import type { Batch } from './batch.ts';
import { type ExecutionContext, withoutMetricName } from './context.ts';

/** The batch with the metric names gone, or, with delayed removal, marked to go. */
export function dropNames({ delayedNameRemoval }: ExecutionContext, batch: Batch): Batch {
  if (delayedNameRemoval) return { ...batch, dropsName: new Uint8Array(batch.labels.length).fill(1) };
  for (let row = 0; row < batch.labels.length; row++) batch.labels[row] = withoutMetricName(batch.labels[row]);
  return batch;
}
