import { formatFloat, type Labels, LabelsBuilder } from '@hearth/model';
import type { CountValuesPlan } from '../../plan/plan.ts';
import { BatchBuilder } from '../batch-builder.ts';
import type { Batches, Execution } from '../execution.ts';
import { createGroupLabels } from '../grouping.ts';

interface Group {
  readonly labels: Labels;
  readonly byValue: Map<string, { readonly labels: Labels; readonly counts: Float64Array }>;
}

/** Counts, for each group and step, how often each value occurs. A value is a label of the result, printed without exponent. */
export async function* countValues(execution: Execution, plan: CountValuesPlan): Batches {
  const { context } = execution;
  const { steps } = plan.grid;
  const groupLabels = createGroupLabels(plan);
  const printed = new Map<number, string>();
  const { valueLabel } = plan;
  // Left out by name itself, the value's label distinguishes nothing.
  const isLeftOut = plan.without && plan.labels.includes(valueLabel);
  const groups = new Map<string, Group>();
  let held = 0;
  for await (const { labels, values, present, ...batch } of execution.vector(plan.child)) {
    for (let row = 0; row < labels.length; row++) {
      const { byValue, labels: base } = groupOf(groups, groupLabels(labels[row]).without(new Set([valueLabel])));
      for (let step = 0; step < steps; step++) {
        const cell = row * steps + step;
        if (present[cell] === 0) continue;
        const text = isLeftOut ? '' : printValue(values[cell], printed);
        let counted = byValue.get(text);
        if (counted === undefined) {
          context.budget.hold(steps, plan.position);
          held += steps;
          counted = { labels: new LabelsBuilder(base).set(valueLabel, text).build(), counts: new Float64Array(steps) };
          byValue.set(text, counted);
        }
        counted.counts[step]++;
      }
      const rest = context.rest();
      if (rest !== undefined) await rest;
    }
    context.release({ labels, values, present, ...batch });
  }
  const builder = new BatchBuilder(context, plan.grid, plan.position);
  for (const { byValue } of groups.values()) {
    for (const { labels, counts } of byValue.values()) {
      const { values, present, start } = builder.row;
      let count = 0;
      for (let step = 0; step < steps; step++) {
        const isThere = counts[step] > 0 ? 1 : 0;
        values[start + step] = counts[step];
        present[start + step] = isThere;
        count += isThere;
      }
      builder.endRow(labels, count);
      if (builder.isFull) yield builder.takeBatch();
    }
  }
  yield* builder.finish();
  context.budget.drop(held);
}

function groupOf(groups: Map<string, Group>, labels: Labels): Group {
  const known = groups.get(labels.key);
  if (known !== undefined) return known;
  const group: Group = { labels, byValue: new Map() };
  groups.set(labels.key, group);
  return group;
}

/** Values repeat: printing one is dear. */
function printValue(value: number, printed: Map<number, string>): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  let text = printed.get(value);
  if (text === undefined) {
    text = formatFloat(value, 'f');
    if (printed.size < 10_000) printed.set(value, text);
  }
  return text;
}
