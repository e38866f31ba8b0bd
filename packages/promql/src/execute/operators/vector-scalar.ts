import { isComparison } from '../../math/binary-operators.ts';
import { keepsName } from '../../plan/metric-names.ts';
import type { VectorScalarPlan } from '../../plan/plan.ts';
import { tryCompactRows } from '../compact-rows.ts';
import { dropNames } from '../drop-names.ts';
import type { Batches, Execution } from '../execution.ts';
import { combineRows, compareRows } from '../row-operators.ts';

/** An operation between every cell of a vector and the scalar at its step. */
export async function* vectorScalar(execution: Execution, plan: VectorScalarPlan): Batches {
  const { operator, scalarIsLeft, returnsBool } = plan;
  const { context } = execution;
  const scalar = await execution.scalar(plan.scalar);
  for await (const batch of execution.vector(plan.vector)) {
    for (let row = 0; row < batch.labels.length; row++) {
      const { values, present, steps } = batch;
      const vectorSide = { values, start: row * steps };
      const scalarSide = { values: scalar, start: 0 };
      const [left, right] = scalarIsLeft ? [scalarSide, vectorSide] : [vectorSide, scalarSide];
      const target = { values, present, start: row * steps };
      if (!isComparison(operator)) combineRows(operator, { left, right, target, steps });
      // A filter lets the vector's value through, whichever side it is on.
      else compareRows(operator, { left, right, passed: vectorSide, target, steps, returnsBool });
    }
    const result = filters(plan) ? tryCompactRows(context, batch) : batch;
    const rest = context.rest();
    if (rest !== undefined) await rest;
    if (result !== undefined) yield keepsName(plan) ? result : dropNames(context, result);
  }
}

function filters({ operator, returnsBool }: Pick<VectorScalarPlan, 'operator' | 'returnsBool'>): boolean {
  return isComparison(operator) && !returnsBool;
}
