import { createAnchoredRegexp, type Labels, LabelsBuilder, METRIC_NAME } from '@hearth/model';
import type { LabelJoinPlan, LabelReplacePlan } from '../../plan/plan.ts';
import type { Batches, Execution } from '../execution.ts';

/** `label_replace`: sets a label where another one matches. */
export function labelReplace(execution: Execution, plan: LabelReplacePlan): Batches {
  const { source, target, replacement, pattern } = plan;
  const regexp = createAnchoredRegexp(pattern);
  const replaced = new Map<string, string | undefined>();
  return relabel(execution, plan, (labels) => {
    const value = labels.get(source);
    if (!replaced.has(value)) replaced.set(value, regexp.expand(value, replacement));
    const result = replaced.get(value);
    return result === undefined ? undefined : new LabelsBuilder(labels).set(target, result).build();
  });
}

/** `label_join`: sets a label to the values of others. */
export function labelJoin(execution: Execution, plan: LabelJoinPlan): Batches {
  const { sources, separator, target } = plan;
  return relabel(execution, plan, (labels) => {
    const value = sources.map((source) => labels.get(source)).join(separator);
    return new LabelsBuilder(labels).set(target, value).build();
  });
}

async function* relabel(
  { vector }: Execution,
  { child, target }: LabelReplacePlan | LabelJoinPlan,
  change: (labels: Labels) => Labels | undefined,
): Batches {
  for await (const batch of vector(child)) {
    for (let row = 0; row < batch.labels.length; row++) {
      const changed = change(batch.labels[row]);
      if (changed === undefined) continue;
      batch.labels[row] = changed;
      // A name that is given on purpose stays.
      if (target === METRIC_NAME && batch.dropsName !== undefined) batch.dropsName[row] = 0;
    }
    yield batch;
  }
}
