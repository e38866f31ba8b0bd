import { type Increase, increasesOf } from './increases.ts';
import type { Job, Scene, Target } from './scene.ts';
import type { SentRequest } from './traffic.ts';

/** What the tests ask of a scene. */
export interface Questions {
  /** The targets of a job; there is one at least. */
  targetsOf(job: Job): readonly Target[];
  /** What an instant query says about one target, by the values of the labels by which its samples differ. */
  valuesAt(target: Target, promql: string, ...labelNames: string[]): Promise<Record<string, number>>;
  /** `rate(selector[5m])` at one target, as increases. */
  increasesAt(target: Target, selector: string): Promise<readonly Increase[]>;
  /** How many requests of each kind a target has to have counted. */
  sentTo(target: Target, kindOf: (request: SentRequest) => string): Record<string, number>;
}

/** `scene` is asked for with every question, because it does not exist before the tests begin. */
export function createQuestions(scene: () => Scene): Questions {
  return {
    targetsOf: (job) => {
      const targets = scene().targets.filter((target) => target.job === job);
      if (targets.length === 0) throw new Error(`there is no job ${job}`);
      return targets;
    },
    valuesAt: async ({ instance }, promql, ...labelNames) => {
      const values: Record<string, number> = {};
      for (const { labels, value } of await scene().prometheus.vector(promql)) {
        if (labels.instance !== instance) continue;
        const key = labelNames.map((name) => labels[name]).join(' ');
        if (key in values) throw new Error(`${promql} has more than one series of "${key}"`);
        values[key] = value;
      }
      return values;
    },
    increasesAt: async ({ instance }, selector) =>
      (await increasesOf(scene().prometheus, selector)).filter(({ labels }) => labels.instance === instance),
    sentTo: ({ app, share }, kindOf) => {
      const counts = Object.entries(scene().traffic.counts(app, kindOf));
      return Object.fromEntries(counts.map(([kind, count]) => [kind, count * share]));
    },
  };
}
