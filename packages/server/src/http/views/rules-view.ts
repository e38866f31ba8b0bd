import type { Labels } from '@hearth/model';

/** What the API tells of rules and alerts. */
export interface RulesView {
  /** In the order of their files and their places in them. */
  groups(): readonly RuleGroupView[];
}

export interface RuleGroupView {
  readonly name: string;
  readonly file: string;
  readonly rules: readonly RuleView[];
  readonly intervalMs: number;
  /** The most series that a rule of it may have; 0 for any number. */
  readonly limit: number;
  readonly evaluationMs: number;
  /** Unix milliseconds; `undefined` before the first evaluation. */
  readonly lastEvaluationMs: number | undefined;
}

export type RuleView = AlertingRuleView | RecordingRuleView;

interface CommonRuleView {
  readonly name: string;
  /** The expression, as the query language prints it. */
  readonly query: string;
  readonly labels: Labels;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError: string;
  readonly evaluationMs: number;
  readonly lastEvaluationMs: number | undefined;
}

export interface RecordingRuleView extends CommonRuleView {
  readonly kind: 'recording';
}

export interface AlertingRuleView extends CommonRuleView {
  readonly kind: 'alerting';
  readonly state: 'inactive' | 'pending' | 'firing' | 'unknown';
  readonly holdMs: number;
  readonly keepFiringMs: number;
  readonly annotations: Labels;
  readonly alerts: readonly AlertView[];
}

export interface AlertView {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'inactive' | 'pending' | 'firing';
  readonly activeAtMs: number;
  readonly keepFiringSinceMs: number | undefined;
  readonly value: number;
}
