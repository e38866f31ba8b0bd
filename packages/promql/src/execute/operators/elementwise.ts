import { greater, lesser } from '../../math/extremes.ts';
import { roundTo } from '../../math/round.ts';
import type { ElementwisePlan } from '../../plan/plan.ts';
import type { Batch } from '../batch.ts';
import { tryCompactRows } from '../compact-rows.ts';
import { dropNames } from '../drop-names.ts';
import type { Batches, Execution } from '../execution.ts';
import { elementFunctions } from '../kernels/element-functions.ts';

/** Changes the cells of one row in place; takes away (by `present`) those that have no result. */
type RowFunction = (batch: Batch, start: number) => void;

/** Functions of one value, with scalars beside it. They drop the metric's name. */
export async function* elementwise(execution: Execution, plan: ElementwisePlan): Batches {
  const { context } = execution;
  const parameters: Float64Array[] = [];
  for (const parameter of plan.parameters) parameters.push(await execution.scalar(parameter));
  const apply = rowFunctionOf(plan.functionName, parameters);
  const mayTakeAway = plan.functionName === 'clamp';
  for await (const batch of execution.vector(plan.child)) {
    for (let row = 0; row < batch.labels.length; row++) apply(batch, row * batch.steps);
    const compacted = mayTakeAway ? tryCompactRows(context, batch) : batch;
    const rest = context.rest();
    if (rest !== undefined) await rest;
    if (compacted !== undefined) yield dropNames(context, compacted);
  }
}

function rowFunctionOf(name: string, parameters: readonly Float64Array[]): RowFunction {
  switch (name) {
    case 'negate':
      return eachCell((value) => -value);
    case 'timestamp':
      return ({ values, steps }, start) => values.set(parameters[0].subarray(0, steps), start);
    case 'round':
      return parameters.length === 0
        ? eachCell((value) => roundTo(value, 1))
        : eachStep((value, step) => roundTo(value, parameters[0][step]));
    case 'clamp_min':
      return eachStep((value, step) => greater(parameters[0][step], value));
    case 'clamp_max':
      return eachStep((value, step) => lesser(parameters[0][step], value));
    case 'clamp':
      return clampRow(parameters);
    default: {
      const elementFunction = elementFunctions.get(name);
      if (elementFunction === undefined) throw new Error(`BUG: no function ${name}() of one value`);
      return eachCell(elementFunction);
    }
  }
}

function eachCell(change: (value: number) => number): RowFunction {
  return ({ values, present, steps }, start) => {
    for (let cell = start; cell < start + steps; cell++) if (present[cell] === 1) values[cell] = change(values[cell]);
  };
}

function eachStep(change: (value: number, step: number) => number): RowFunction {
  return ({ values, present, steps }, start) => {
    for (let step = 0; step < steps; step++) {
      const cell = start + step;
      if (present[cell] === 1) values[cell] = change(values[cell], step);
    }
  };
}

/** Where the bounds are the wrong way round there is no result. */
function clampRow([lower, upper]: readonly Float64Array[]): RowFunction {
  const clamp = eachStep((value, step) => greater(lower[step], lesser(upper[step], value)));
  return (batch, start) => {
    for (let step = 0; step < batch.steps; step++) if (upper[step] < lower[step]) batch.present[start + step] = 0;
    clamp(batch, start);
  };
}
