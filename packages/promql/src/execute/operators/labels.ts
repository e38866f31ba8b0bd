import { createAnchoredRegexp, type Labels, LabelsBuilder, METRIC_NAME } from '@hearth/model';
import { PromqlError } from '../../errors.ts';
import type { LabelJoinPlan, LabelReplacePlan } from '../../plan/plan.ts';
import type { Batches, Execution } from '../execution.ts';

/** Values that are made of others double with every function around a function: this is where it ends. */
const MAX_VALUE_LENGTH = 65_536;

/** A value, and its part of the key that is made of a label set. */
const BYTES_PER_CHARACTER = 2;

/** `label_replace`: sets a label where another one matches. */
export function labelReplace(execution: Execution, plan: LabelReplacePlan): Batches {
  const { source, target, replacement, pattern } = plan;
  const regexp = createAnchoredRegexp(pattern);
  const references = replacement.split('$').length - 1;
  const replaced = new Map<string, string | undefined>();
  return relabel(execution, plan, (labels) => {
    const value = labels.get(source);
    if (!replaced.has(value)) {
      assertLength(replacement.length + references * value.length, plan);
      replaced.set(value, regexp.expand(value, replacement));
    }
    const result = replaced.get(value);
    return result === undefined ? undefined : new LabelsBuilder(labels).set(target, result).build();
  });
}

/** `label_join`: sets a label to the values of others. */
export function labelJoin(execution: Execution, plan: LabelJoinPlan): Batches {
  const { sources, separator, target } = plan;
  return relabel(execution, plan, (labels) => {
    const values = sources.map((source) => labels.get(source));
    assertLength(
      values.reduce((sum, value) => sum + value.length, separator.length * (values.length - 1)),
      plan,
    );
    return new LabelsBuilder(labels).set(target, values.join(separator)).build();
  });
}

async function* relabel(
  { vector, context }: Execution,
  { child, target, position }: LabelReplacePlan | LabelJoinPlan,
  change: (labels: Labels) => Labels | undefined,
): Batches {
  for await (const batch of vector(child)) {
    for (let row = 0; row < batch.labels.length; row++) {
      const rest = context.rest();
      if (rest !== undefined) await rest;
      const changed = change(batch.labels[row]);
      if (changed === undefined) continue;
      context.budget.holdBytes(BYTES_PER_CHARACTER * changed.get(target).length, position);
      batch.labels[row] = changed;
      // A name that is given on purpose stays.
      if (target === METRIC_NAME && batch.dropsName !== undefined) batch.dropsName[row] = 0;
    }
    yield batch;
  }
}

/** `length`: the most that the value to be made may have. */
function assertLength(length: number, { target, position }: LabelReplacePlan | LabelJoinPlan): void {
  if (length <= MAX_VALUE_LENGTH) return;
  const message = `the value of the label ${JSON.stringify(target)} could become ${length} characters long, the limit is ${MAX_VALUE_LENGTH}`;
  throw new PromqlError('execution', message, { position });
}
