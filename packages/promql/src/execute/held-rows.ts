import type { Labels } from '@hearth/model';
import type { Batch } from './batch.ts';
import type { ExecutionContext } from './context.ts';
import type { Batches } from './execution.ts';
import type { Row } from './kernels/window-kernel.ts';

/** A row of a batch that is kept. */
export interface HeldRow extends Row {
  labels: Labels;
  count: number;
  readonly dropsName: boolean;
}

/** Rows that an operator needs all at once. They count until they are released. */
export interface HeldRows {
  readonly rows: readonly HeldRow[];
  /** Takes the columns back. */
  release(): void;
  /** Counts the rows no longer, but leaves the columns to whoever has them. */
  handOver(): void;
}

/** Takes in all that is to come. */
export async function holdRows(context: ExecutionContext, batches: Batches): Promise<HeldRows> {
  const held: Batch[] = [];
  const rows: HeldRow[] = [];
  for await (const batch of batches) {
    held.push(batch);
    for (let row = 0; row < batch.labels.length; row++) rows.push(rowOf(batch, row));
    const rest = context.rest();
    if (rest !== undefined) await rest;
  }
  return {
    rows,
    release: () => {
      for (const batch of held.splice(0)) context.release(batch);
    },
    handOver: () => {
      for (const batch of held.splice(0)) context.handOver(batch);
    },
  };
}

export function rowOf({ labels, steps, values, present, counts, dropsName }: Batch, row: number): HeldRow {
  return {
    labels: labels[row],
    values,
    present,
    start: row * steps,
    count: counts[row],
    dropsName: dropsName?.[row] === 1,
  };
}
