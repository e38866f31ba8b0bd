import type { Labels } from '@hearth/model';
import { formatDuration } from '@hearth/model';
import { createEngine, type Engine, PromqlError } from '@hearth/promql';
import { createRuleQuery } from '../rules/create-rule-query.ts';
import { createGroupEvaluation, type GroupEvaluation } from '../rules/group-evaluation.ts';
import { nameOf, type RuleGroup } from '../rules/rule-group.ts';
import { compareAlerts, compareSamples, type Difference } from './compare.ts';
import type { AlertTest, ExpectedAlert, QueryTest, RuleTestFile, TestGroup } from './test-file.ts';
import { createTestStorage, type TestStorage } from './test-storage.ts';

/** What went wrong in a test: a difference, or why there is no result to compare. */
export interface Failure {
  /** `file:line:column` */
  readonly place: string;
  readonly title: string;
  readonly difference?: Difference;
  readonly reason?: string;
}

export interface RunGroupOptions {
  readonly rules: readonly RuleGroup[];
  readonly testFile: RuleTestFile;
  readonly signal: AbortSignal;
  /** Waited for at every step of the time. */
  readonly pace: () => Promise<void> | undefined;
}

/** Goes through the time of a test step by step, evaluates all rules at each, and compares. */
export async function runTestGroup(test: TestGroup, options: RunGroupOptions): Promise<readonly Failure[]> {
  return new Run(test, options).run();
}

class Run {
  readonly #test: TestGroup;
  readonly #options: RunGroupOptions;
  readonly #storage: TestStorage;
  readonly #engine: Engine;
  readonly #groups: readonly GroupEvaluation[];
  readonly #failures: Failure[] = [];

  constructor(test: TestGroup, options: RunGroupOptions) {
    this.#test = test;
    this.#options = options;
    this.#storage = createTestStorage(test);
    const { testFile, rules } = options;
    this.#engine = createEngine({ defaultSubqueryStepMs: () => testFile.evaluationIntervalMs });
    const evaluation = {
      storage: this.#storage,
      query: createRuleQuery(this.#engine, this.#storage.queryable, options.signal),
      externalLabels: test.externalLabels,
      externalUrl: test.externalUrl,
      queryOffsetMs: 0,
      warn: () => undefined,
      pace: options.pace,
    };
    this.#groups = inOrder(rules, testFile.groupOrder).map((group) => createGroupEvaluation(group, evaluation));
  }

  async run(): Promise<readonly Failure[]> {
    const { startMs, alertTests, queryTests } = this.#test;
    const { evaluationIntervalMs } = this.#options.testFile;
    const lastMs = startMs + Math.max(0, ...[...alertTests, ...queryTests].map(({ evalMs }) => evalMs));
    for (let t = startMs; t <= lastMs; t += evaluationIntervalMs) {
      await this.#options.pace();
      this.#storage.loadUpTo(t);
      const allWork = await this.#evaluateRules(t);
      this.#options.signal.throwIfAborted();
      if (!allWork) return this.#failures;
      for (const test of alertTests) {
        const isNow = startMs + test.evalMs >= t && startMs + test.evalMs < t + evaluationIntervalMs;
        if (isNow) this.#checkAlerts(test);
      }
    }
    for (const test of queryTests) await this.#checkQuery(test);
    return this.#failures;
  }

  /** Whether all rules work. */
  async #evaluateRules(timestampMs: number): Promise<boolean> {
    const before = this.#failures.length;
    const at = formatDuration(timestampMs - this.#test.startMs);
    for (const group of this.#groups) {
      for (const { rule, error } of await group.evaluate(timestampMs)) {
        if (error === undefined) continue;
        this.#fail(this.#test.place, `rule ${nameOf(rule)} at ${at}`, { reason: error.message });
      }
    }
    return this.#failures.length === before;
  }

  #checkAlerts({ place, alert, evalMs, expected }: AlertTest): void {
    const difference = compareAlerts(expected, this.#firing(alert));
    if (difference) this.#fail(place, `alert ${alert} at ${formatDuration(evalMs)}`, { difference });
  }

  #firing(name: string): readonly ExpectedAlert[] {
    return this.#groups.flatMap((evaluation) =>
      evaluation.group.rules
        .filter((rule) => rule.kind === 'alerting' && rule.alert === name)
        .flatMap((rule) => [...evaluation.alertsOf(rule).values()])
        .filter(({ state }) => state === 'firing'),
    );
  }

  async #checkQuery({ place, query, evalMs, expected }: QueryTest): Promise<void> {
    const title = `${query} at ${formatDuration(evalMs)}`;
    const found = await this.#query(query, this.#test.startMs + evalMs);
    if (typeof found === 'string') return this.#fail(place, title, { reason: found });
    const difference = compareSamples(expected, found, this.#options.testFile);
    if (difference) this.#fail(place, title, { difference });
  }

  /** A text says why there is no result. */
  async #query(
    text: string,
    timestampMs: number,
  ): Promise<readonly { readonly labels: Labels; readonly value: number }[] | string> {
    try {
      return await createRuleQuery(this.#engine, this.#storage.queryable, this.#options.signal)(text, timestampMs);
    } catch (error) {
      if (error instanceof PromqlError && !this.#options.signal.aborted) return error.message;
      throw error;
    }
  }

  #fail(place: string, title: string, what: Pick<Failure, 'difference' | 'reason'>): void {
    this.#failures.push({ place, title, ...what });
  }
}

/** Groups that the order does not name come with the first, as in promtool. */
function inOrder(groups: readonly RuleGroup[], order: readonly string[]): readonly RuleGroup[] {
  const placeOf = ({ name }: RuleGroup) => Math.max(0, order.indexOf(name));
  return groups.toSorted((a, b) => placeOf(a) - placeOf(b));
}
