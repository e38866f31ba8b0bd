import type { Labels } from '@hearth/model';
import type { Alert, Alerts } from './alerts.ts';
import { evaluateAlertingRule, evaluateRecordingRule, type RuleContext, RuleError } from './evaluate-rule.ts';
import { identityOf } from './find-duplicates.ts';
import type { Rule, RuleGroup } from './rule-group.ts';
import type { RuleSample, RuleStorage } from './rule-sample.ts';

/**
 * A group with its state between evaluations: alerts, and the series that were there last. It knows no clock and no timer:
 * who runs it says when it is. Evaluations do not overlap.
 */
export interface GroupEvaluation {
  readonly group: RuleGroup;
  /** Evaluates all rules in order, and writes what they result in. Never throws what a rule or a query is at fault for. */
  evaluate(timestampMs: number): Promise<readonly RuleOutcome[]>;
  /** The alerts of a rule, those that were resolved a short time ago among them. For whoever restores them, too. */
  alertsOf(rule: Rule): Map<string, Alert>;
  /** From now on alerts are written: see `awaitsRestore`. */
  markRestored(): void;
  /** Takes over the state of a group that this one replaces, rule by rule with the same name and labels. */
  adopt(previous: GroupEvaluation): void;
}

export interface RuleOutcome {
  readonly rule: Rule;
  /** How many samples it resulted in. */
  readonly samples: number;
  /** Why it did not work, or not in full. */
  readonly error: Error | undefined;
}

export interface GroupEvaluationOptions extends RuleContext {
  readonly storage: RuleStorage;
  /** Of groups that have none of their own. */
  readonly queryOffsetMs: number;
  /**
   * Alerts are not written until `markRestored`: a server that has started does not write over what its predecessor knew of
   * them before it has read that.
   */
  readonly awaitsRestore?: boolean;
}

export function createGroupEvaluation(group: RuleGroup, options: GroupEvaluationOptions): GroupEvaluation {
  return new Evaluation(group, options);
}

/** What is known of a rule from one evaluation to the next. */
interface RuleState {
  readonly rule: Rule;
  alerts: Alerts;
  /** Series of the last evaluation by the key of their labels. */
  written: ReadonlyMap<string, Labels>;
}

class Evaluation implements GroupEvaluation {
  readonly group: RuleGroup;
  readonly #options: GroupEvaluationOptions;
  readonly #queryOffsetMs: number;
  readonly #states: readonly RuleState[];
  #isRestored: boolean;
  /** Series of rules that are no more, to be ended at the next evaluation. */
  #abandoned: Labels[] = [];

  constructor(group: RuleGroup, options: GroupEvaluationOptions) {
    this.group = group;
    this.#options = options;
    this.#queryOffsetMs = group.queryOffsetMs ?? options.queryOffsetMs;
    this.#isRestored = !options.awaitsRestore;
    this.#states = group.rules.map((rule) => ({ rule, alerts: new Map(), written: new Map() }));
  }

  async evaluate(timestampMs: number): Promise<readonly RuleOutcome[]> {
    const outcomes: RuleOutcome[] = [];
    for (const state of this.#states) outcomes.push(await this.#evaluateRule(state, timestampMs));
    await this.#endAbandoned(timestampMs - this.#queryOffsetMs);
    return outcomes;
  }

  alertsOf(rule: Rule): Map<string, Alert> {
    const state = this.#states.find((each) => each.rule === rule);
    if (state === undefined) throw new Error('BUG: a rule of another group');
    return state.alerts;
  }

  markRestored(): void {
    this.#isRestored = true;
  }

  adopt(previous: GroupEvaluation): void {
    if (!(previous instanceof Evaluation)) throw new Error('BUG: a group evaluation of another kind');
    const left = [...previous.#states];
    for (const state of this.#states) {
      const index = left.findIndex(({ rule }) => identityOf(rule) === identityOf(state.rule));
      if (index < 0) continue;
      const [{ alerts, written }] = left.splice(index, 1);
      state.alerts = alerts;
      state.written = written;
    }
    const ended = left.flatMap(({ written }) => [...written.values()]);
    this.#abandoned = [...previous.#abandoned, ...ended];
  }

  async #evaluateRule(state: RuleState, timestampMs: number): Promise<RuleOutcome> {
    const { rule } = state;
    try {
      const samples = await this.#resultOf(state, timestampMs);
      const refusal = await this.#write(state, samples, timestampMs - this.#queryOffsetMs);
      const error = refusal === undefined ? undefined : new RuleError('refused_sample', refusal);
      return { rule, samples: samples.length, error };
    } catch (error) {
      if (!(error instanceof Error) || error.message.startsWith('BUG:')) throw error;
      return { rule, samples: 0, error };
    }
  }

  async #resultOf({ rule, alerts }: RuleState, timestampMs: number): Promise<readonly RuleSample[]> {
    const time = { timestampMs, queryOffsetMs: this.#queryOffsetMs, limit: this.group.limit };
    if (rule.kind === 'recording') return evaluateRecordingRule(rule, time, this.#options);
    const samples = await evaluateAlertingRule(rule, { ...time, alerts }, this.#options);
    return this.#isRestored ? samples : [];
  }

  /** Returns why a sample was refused, if one was. Series that are no longer there end. */
  async #write(state: RuleState, samples: readonly RuleSample[], timestampMs: number): Promise<string | undefined> {
    const appender = this.#options.storage.appender();
    const written = new Map<string, Labels>();
    let refusal: string | undefined;
    for (const { labels, value } of samples) {
      const refused = appender.append(labels, timestampMs, value);
      if (refused === undefined) written.set(labels.key, labels);
      else refusal = `${labels.toMetricString()}: ${refused}`;
    }
    for (const [key, labels] of state.written) {
      // Refused where another rule goes on with the series.
      if (!written.has(key)) appender.appendStale(labels, timestampMs);
    }
    await appender.commit();
    state.written = written;
    return refusal;
  }

  async #endAbandoned(timestampMs: number): Promise<void> {
    if (this.#abandoned.length === 0) return;
    const appender = this.#options.storage.appender();
    for (const labels of this.#abandoned) appender.appendStale(labels, timestampMs);
    await appender.commit();
    this.#abandoned = [];
  }
}
