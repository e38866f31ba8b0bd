import type { RelabelRule } from '../config/types.ts';
import { createStep } from './create-step.ts';
import { LabelDraft } from './label-draft.ts';
import type { Relabeler } from './relabeler.ts';

/** Compiles rules that were checked when the configuration was read. */
export function createRelabeler(rules: readonly RelabelRule[]): Relabeler {
  const steps = rules.map(createStep);
  const draft = new LabelDraft();
  return {
    relabel(labels) {
      draft.start(labels);
      for (const step of steps) if (!step(draft)) return undefined;
      return draft.finish();
    },
  };
}
