import { type Labels, LabelsBuilder } from '@hearth/model';
import { isComparison } from '../../math/binary-operators.ts';
import { keepsName } from '../../plan/metric-names.ts';
import type { VectorVectorPlan } from '../../plan/plan.ts';
import type { Batch } from '../batch.ts';
import { countPresent } from '../batch.ts';
import { BatchBuilder } from '../batch-builder.ts';
import { withoutMetricName } from '../context.ts';
import type { Batches, Execution } from '../execution.ts';
import { holdRows } from '../held-rows.ts';
import { JoinTable, type OneSideRow } from '../join-table.ts';
import type { Row } from '../kernels/window-kernel.ts';
import { combineRows, compareRows } from '../row-operators.ts';
import { createSignature } from '../signatures.ts';

/**
 * Arithmetic and comparisons between the series of two vectors. One side, of which a signature may have one series at a time,
 * is held; the rows of the other find their partners in it as they come.
 */
export async function* vectorVector(execution: Execution, plan: VectorVectorPlan): Batches {
  const { context } = execution;
  const isSwapped = plan.matching.cardinality === 'one-to-many';
  const [many, one] = isSwapped ? [plan.right, plan.left] : [plan.left, plan.right];
  const held = await holdRows(context, execution.vector(one));
  const table = new JoinTable(held.rows, plan);
  const join = new Join(plan, table);
  const builder = new BatchBuilder(context, plan.grid, plan.position);
  const signatureOf = createSignature(plan.matching);
  for await (const batch of execution.vector(many)) {
    table.assertUnique(batch);
    for (let row = 0; row < batch.labels.length; row++) {
      const signature = signatureOf(batch.labels[row]).key;
      for (const partner of table.partnersOf(signature)) {
        const labels = join.labelsOf(batch.labels[row], partner, context.delayedNameRemoval);
        const count = join.compute({ batch, row, signature, labels }, partner, builder.row);
        builder.endRow(labels, count, plan.returnsBool);
        if (builder.isFull) yield builder.takeBatch();
      }
    }
    context.release(batch);
    const rest = context.rest();
    if (rest !== undefined) await rest;
  }
  yield* builder.finish();
  held.release();
}

interface ManySideRow {
  readonly batch: Batch;
  readonly row: number;
  readonly signature: string;
  readonly labels: Labels;
}

class Join {
  readonly #plan: VectorVectorPlan;
  readonly #table: JoinTable;
  readonly #matchingLabels: ReadonlySet<string>;

  constructor(plan: VectorVectorPlan, table: JoinTable) {
    this.#plan = plan;
    this.#table = table;
    this.#matchingLabels = new Set(plan.matching.labels);
  }

  /** Those of the "many" side, less what the operation drops, and with what the "one" side gives. */
  labelsOf(many: Labels, { labels: one }: OneSideRow, delayedNameRemoval: boolean): Labels {
    const { matching, operator, returnsBool } = this.#plan;
    const dropsName = returnsBool ? !delayedNameRemoval : !isComparison(operator);
    let labels = dropsName ? withoutMetricName(many) : many;
    if (matching.cardinality === 'one-to-one') {
      labels = matching.on ? labels.keep(this.#matchingLabels) : labels.without(this.#matchingLabels);
    }
    if (matching.include.length === 0) return labels;
    const builder = new LabelsBuilder(labels);
    for (const name of matching.include) builder.set(name, one.get(name));
    return builder.build();
  }

  /** Writes the result of one pair of series; returns how many cells are present. */
  compute({ batch, row, signature, labels }: ManySideRow, partner: OneSideRow, target: Row): number {
    const { operator, returnsBool, matching, grid } = this.#plan;
    const { steps } = grid;
    const start = row * steps;
    let count = 0;
    for (let step = 0; step < steps; step++) {
      const isThere = batch.present[start + step] & partner.present[partner.start + step];
      target.present[target.start + step] = isThere;
      count += isThere;
    }
    if (count === 0) return 0;
    this.#table.assertUnmatched(signature, labels, target);
    const manySide = { values: batch.values, start };
    const [left, right] = matching.cardinality === 'one-to-many' ? [partner, manySide] : [manySide, partner];
    if (!isComparison(operator)) {
      combineRows(operator, { left, right, target, steps });
      return count;
    }
    compareRows(operator, { left, right, passed: left, target, steps, returnsBool });
    return keepsName(this.#plan) ? countPresent(target.present, target.start, steps) : count;
  }
}
