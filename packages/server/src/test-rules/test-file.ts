import type { Labels } from '@hearth/model';
import type { SequenceValue } from '@hearth/promql';

/** A file of tests of rules, as promtool reads it. A place is `file:line:column`. */
export interface RuleTestFile {
  readonly file: string;
  /** Patterns of the rule files, from where the program runs. */
  readonly ruleFiles: readonly string[];
  readonly evaluationIntervalMs: number;
  /** Names of groups in the order in which they are evaluated; those that are missing come with the first. */
  readonly groupOrder: readonly string[];
  /** Whether values may differ in their last bit. */
  readonly isFuzzy: boolean;
  readonly groups: readonly TestGroup[];
}

/** Series and what rules and queries make of them. */
export interface TestGroup {
  /** `undefined` where it has none. */
  readonly name: string | undefined;
  readonly place: string;
  readonly intervalMs: number;
  readonly series: readonly InputSeries[];
  readonly alertTests: readonly AlertTest[];
  readonly queryTests: readonly QueryTest[];
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  /** When the series start; the times of tests count from it. */
  readonly startMs: number;
}

export interface InputSeries {
  readonly labels: Labels;
  readonly values: readonly SequenceValue[];
}

/** The alerts of one name that fire at a time. */
export interface AlertTest {
  readonly place: string;
  readonly evalMs: number;
  readonly alert: string;
  readonly expected: readonly ExpectedAlert[];
}

export interface ExpectedAlert {
  /** With the alert's name. */
  readonly labels: Labels;
  readonly annotations: ReadonlyMap<string, string>;
}

/** What a query results in at a time. */
export interface QueryTest {
  readonly place: string;
  readonly evalMs: number;
  readonly query: string;
  readonly expected: readonly ExpectedSample[];
}

export interface ExpectedSample {
  readonly labels: Labels;
  readonly value: number;
}
