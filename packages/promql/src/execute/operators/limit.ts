import type { LimitPlan } from '../../plan/plan.ts';
import type { Batch } from '../batch.ts';
import { tryCompactRows } from '../compact-rows.ts';
import type { Batches, Execution } from '../execution.ts';
import { createGroupLabels } from '../grouping.ts';
import { ratiosOf, seriesLimitsOf } from '../parameters.ts';
import { loadSampleOffset } from '../sample-offset.ts';

/** `limitk`: the first series of each group, in the order of their labels. `limit_ratio`: a share of them, always the same. */
export async function* limit(execution: Execution, plan: LimitPlan): Batches {
  const { context } = execution;
  const parameter = await execution.scalar(plan.parameter);
  const { position } = plan.parameter;
  const keep =
    plan.operator === 'limitk'
      ? createFirst(plan, seriesLimitsOf(parameter, position))
      : await createShare(ratiosOf(parameter, position, context.annotations));
  for await (const batch of execution.vector(plan.child)) {
    for (let row = 0; row < batch.labels.length; row++) keep(batch, row);
    const compacted = tryCompactRows(context, batch);
    const rest = context.rest();
    if (rest !== undefined) await rest;
    if (compacted !== undefined) yield compacted;
  }
}

/** Takes away the cells of a row that are not wanted. */
type Keep = (batch: Batch, row: number) => void;

function createFirst(plan: LimitPlan, limits: Float64Array): Keep {
  const groupLabels = createGroupLabels(plan);
  const counts = new Map<string, Float64Array>();
  return ({ labels, present, steps }, row) => {
    const { key } = groupLabels(labels[row]);
    const seen = counts.get(key) ?? new Float64Array(steps);
    counts.set(key, seen);
    for (let step = 0; step < steps; step++) {
      const cell = row * steps + step;
      if (present[cell] === 1 && ++seen[step] > limits[step]) present[cell] = 0;
    }
  };
}

async function createShare(ratios: Float64Array): Promise<Keep> {
  const sampleOffsetOf = await loadSampleOffset();
  return ({ labels, present, steps }, row) => {
    const offset = sampleOffsetOf(labels[row]);
    for (let step = 0; step < steps; step++) {
      const ratio = ratios[step];
      const isKept = ratio >= 0 ? offset < ratio : offset >= 1 + ratio;
      if (!isKept) present[row * steps + step] = 0;
    }
  };
}
