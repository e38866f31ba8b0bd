import { type Batch, countPresent } from './batch.ts';
import type { ExecutionContext } from './context.ts';

/**
 * Counts the rows of a batch anew, after cells have been taken away, and moves those that still have any together. Returns
 * `undefined`, and releases the batch, where none is left.
 */
export function tryCompactRows(context: ExecutionContext, batch: Batch): Batch | undefined {
  const { labels, steps, values, present, counts, dropsName } = batch;
  let kept = 0;
  for (let row = 0; row < labels.length; row++) {
    const start = row * steps;
    const count = countPresent(present, start, steps);
    if (count === 0) continue;
    if (kept < row) {
      values.copyWithin(kept * steps, start, start + steps);
      present.copyWithin(kept * steps, start, start + steps);
      labels[kept] = labels[row];
      if (dropsName !== undefined) dropsName[kept] = dropsName[row];
    }
    counts[kept] = count;
    kept++;
  }
  if (kept === 0) {
    context.release(batch);
    return undefined;
  }
  context.budget.dropSamples((labels.length - kept) * steps);
  labels.length = kept;
  return batch;
}
