import { applyScalars } from '../math/binary-operators.ts';
import { greater, lesser } from '../math/extremes.ts';
import type { ScalarChoicePlan, ScalarPlan, ScalarScalarPlan, VectorAsScalarPlan } from '../plan/plan.ts';
import type { Execution } from './execution.ts';

/** The value of a scalar expression at every step. */
export async function executeScalar(execution: Execution, plan: ScalarPlan): Promise<Float64Array> {
  const { startMs, stepMs, steps } = plan.grid;
  switch (plan.kind) {
    case 'constant':
      return new Float64Array(steps).fill(plan.value);
    case 'time':
      return Float64Array.from({ length: steps }, (_, step) => (startMs + step * stepMs) / 1000);
    case 'vectorAsScalar':
      return vectorAsScalar(execution, plan);
    case 'scalarScalar':
      return scalarScalar(execution, plan);
    case 'scalarChoice':
      return scalarChoice(execution, plan);
    case 'broadcastScalar':
      return new Float64Array(steps).fill((await execution.scalar(plan.child))[0]);
  }
}

/** The value of the only series there is at a step; NaN where there are none or several. */
async function vectorAsScalar(
  { vector, context }: Execution,
  { child, grid }: VectorAsScalarPlan,
): Promise<Float64Array> {
  const result = new Float64Array(grid.steps).fill(Number.NaN);
  const counts = new Uint32Array(grid.steps);
  for await (const batch of vector(child)) {
    for (let cell = 0; cell < batch.labels.length * grid.steps; cell++) {
      if (batch.present[cell] === 0) continue;
      const step = cell % grid.steps;
      counts[step]++;
      result[step] = counts[step] === 1 ? batch.values[cell] : Number.NaN;
    }
    context.release(batch);
  }
  return result;
}

async function scalarScalar(execution: Execution, { operator, left, right }: ScalarScalarPlan): Promise<Float64Array> {
  const leftValues = await execution.scalar(left);
  const rightValues = await execution.scalar(right);
  return leftValues.map((value, step) => applyScalars(operator, value, rightValues[step]));
}

async function scalarChoice(execution: Execution, plan: ScalarChoicePlan): Promise<Float64Array> {
  const choose = plan.functionName === 'min_of' ? lesser : greater;
  const leftValues = await execution.scalar(plan.left);
  const rightValues = await execution.scalar(plan.right);
  return leftValues.map((value, step) => choose(value, rightValues[step]));
}
