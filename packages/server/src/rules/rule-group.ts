import type { Labels } from '@hearth/model';
import type { Template } from '../templates/tree.ts';

/** A group of a rule file: its rules are evaluated one after the other, so that each sees what those before have written. */
export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  /** `undefined`: the server's evaluation interval. */
  readonly intervalMs: number | undefined;
  /** How far in the past it is evaluated; `undefined`: as the server says. */
  readonly queryOffsetMs: number | undefined;
  /** The most alerts or series of one rule; `undefined` is no limit. */
  readonly limit: number | undefined;
  /** Those that every rule has unless it has its own. */
  readonly labels: Labels;
  readonly rules: readonly Rule[];
}

export type Rule = RecordingRule | AlertingRule;

interface RuleBase {
  readonly query: string;
}

/** Writes the result of a query as series of a name. */
export interface RecordingRule extends RuleBase {
  readonly kind: 'recording';
  readonly record: string;
  /** The group's among them. */
  readonly labels: Labels;
}

/** Has an alert for each series of a query's result. */
export interface AlertingRule extends RuleBase {
  readonly kind: 'alerting';
  readonly alert: string;
  /** How long a series has to be there before its alert fires. */
  readonly forMs: number;
  /** How long an alert fires on without its series. */
  readonly keepFiringForMs: number;
  /** The group's among them. Their values are expanded for each alert. */
  readonly labels: readonly TemplatedLabel[];
  readonly annotations: readonly TemplatedLabel[];
}

export interface TemplatedLabel {
  readonly name: string;
  /** As it was written. */
  readonly text: string;
  readonly template: Template;
}

/** The name that a rule goes by in lists and errors. */
export function nameOf(rule: Rule): string {
  return rule.kind === 'recording' ? rule.record : rule.alert;
}
