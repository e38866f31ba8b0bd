import { PromqlError } from '../../errors.ts';
import type { UnitePlan } from '../../plan/plan.ts';
import type { PositionRange } from '../../syntax/tree.ts';
import { BatchBuilder } from '../batch-builder.ts';
import type { ExecutionContext } from '../context.ts';
import { copyRow, tryAddRow } from '../copy-row.ts';
import type { Batches, Execution } from '../execution.ts';
import { type HeldRow, holdRows } from '../held-rows.ts';

const ROWS_BETWEEN_RESTS = 64;

export async function* unite(execution: Execution, plan: UnitePlan): Batches {
  const { context } = execution;
  const held = await holdRows(context, execution.vector(plan.child));
  const united = await uniteRows(context, held.rows, plan);
  const builder = new BatchBuilder(context, plan.grid, plan.position);
  for (const { labels, count, dropsName, ...row } of united) {
    copyRow(row, builder.row, plan.grid.steps);
    builder.endRow(labels, count, dropsName);
    if (builder.isFull) yield builder.takeBatch();
  }
  yield* builder.finish();
  held.release();
}

/**
 * One row for all that have the same labels, in the order of the first of each, which it is written into. Throws where two
 * have a value for the same step, or, if that is asked for, the same labels at all.
 */
export async function uniteRows(
  context: ExecutionContext,
  rows: readonly HeldRow[],
  {
    grid,
    position,
    refusesEqualLabels,
  }: {
    readonly grid: { readonly steps: number };
    readonly position: PositionRange;
    readonly refusesEqualLabels: boolean;
  },
): Promise<readonly HeldRow[]> {
  const united = new Map<string, HeldRow>();
  for (const [index, row] of rows.entries()) {
    if (index % ROWS_BETWEEN_RESTS === 0) {
      const rest = context.rest();
      if (rest !== undefined) await rest;
    }
    const first = united.get(row.labels.key);
    if (first === undefined) {
      united.set(row.labels.key, row);
      continue;
    }
    if (refusesEqualLabels || !tryAddRow(row, first, grid.steps)) {
      throw new PromqlError('execution', 'vector cannot contain metrics with the same labelset', { position });
    }
    first.count += row.count;
  }
  return [...united.values()];
}
