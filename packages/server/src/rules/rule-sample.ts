import type { Labels } from '@hearth/model';

export interface RuleSample {
  readonly labels: Labels;
  readonly value: number;
}

/** Runs an instant query for a vector; a scalar is a vector of one without labels. Throws what the query fails with. */
export type RuleQuery = (text: string, timestampMs: number) => Promise<readonly RuleSample[]>;

/** Where rules write: one appender for each evaluation of a rule, committed as a whole. */
export interface RuleStorage {
  appender(): RuleAppender;
}

export interface RuleAppender {
  /** `undefined` if the sample is taken, or why it is not. */
  append(labels: Labels, timestampMs: number, value: number): string | undefined;
  /** Marks the series as ended. */
  appendStale(labels: Labels, timestampMs: number): string | undefined;
  commit(): Promise<void>;
}
