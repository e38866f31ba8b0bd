import type { Queryable } from '@hearth/model';
import { AnnotationList } from './annotation-list.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import type {
  Engine,
  EngineOptions,
  InstantQuery,
  QueryLimits,
  QueryOptions,
  QueryResult,
  RangeQuery,
} from './engine.ts';
import { type EngineClock, systemClock } from './engine-clock.ts';
import { PromqlError } from './errors.ts';
import { Budget } from './execute/budget.ts';
import { ColumnPool } from './execute/column-pool.ts';
import { ExecutionContext } from './execute/context.ts';
import { createExecution } from './execute/create-execution.ts';
import { executePlan } from './execute/result.ts';
import { createPace } from './pace.ts';
import { explainPlan } from './plan/explain.ts';
import type { QueryPlan } from './plan/plan.ts';
import { createPlan, type QueryTimes } from './plan/planner.ts';
import { QueryGate } from './query-gate.ts';
import { parseExpression } from './syntax/parse-expression.ts';
import { placeOf } from './syntax/place.ts';
import type { Expression, PositionRange } from './syntax/tree.ts';
import { valueTypeOf } from './syntax/value-type.ts';

const DEFAULT_LIMITS: QueryLimits = {
  maxSamples: 50_000_000,
  maxBytes: 512 * 1024 * 1024,
  maxResultSamples: 10_000_000,
  maxSteps: 1_000_000,
  timeoutMs: 120_000,
  maxConcurrentQueries: 20,
};

const DEFAULT_LOOKBACK_MS = 5 * 60 * 1000;
const DEFAULT_SUBQUERY_STEP_MS = 60 * 1000;

export function createEngine(options: EngineOptions = {}): Engine {
  return new QueryEngine(options);
}

class QueryEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #limits: QueryLimits;
  readonly #clock: EngineClock;
  readonly #gate: QueryGate;
  readonly #pool = new ColumnPool();

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#clock = options.clock ?? systemClock;
    this.#gate = new QueryGate(this.#limits.maxConcurrentQueries);
  }

  instant(queryable: Queryable, query: InstantQuery): Promise<QueryResult> {
    return this.#run(queryable, query, () => this.#prepareInstant(query));
  }

  range(queryable: Queryable, query: RangeQuery): Promise<QueryResult> {
    return this.#run(queryable, query, () => this.#prepareRange(query));
  }

  explain(query: InstantQuery | RangeQuery): string {
    const plan = 'stepMs' in query ? this.#prepareRange(query) : this.#prepareInstant(query);
    return explainPlan(plan);
  }

  #prepareInstant(query: InstantQuery): QueryPlan {
    const { timestampMs } = query;
    assertFinite('the time', timestampMs);
    return this.#plan(this.#parse(query.text), { startMs: timestampMs, endMs: timestampMs, stepMs: undefined }, query);
  }

  #prepareRange(query: RangeQuery): QueryPlan {
    const { startMs, endMs, stepMs, text } = query;
    const expression = this.#parse(text);
    const type = valueTypeOf(expression);
    if (type !== 'vector' && type !== 'scalar') {
      const found = type === 'matrix' ? 'range vector' : type;
      const message = `invalid expression type "${found}" for range query, must be Scalar or instant Vector`;
      throw new PromqlError('bad_parameter', message, { position: expression.position });
    }
    assertFinite('the start', startMs);
    assertFinite('the end', endMs);
    assertFinite('the step', stepMs);
    if (stepMs <= 0) throw new PromqlError('bad_parameter', `the step has to be positive, it is ${stepMs} ms`);
    if (endMs < startMs) throw new PromqlError('bad_parameter', 'the end is before the start');
    const steps = Math.floor((endMs - startMs) / stepMs) + 1;
    if (steps > this.#limits.maxSteps) {
      const message = `the query has ${steps} steps, the limit is ${this.#limits.maxSteps}: use a longer step or a shorter range`;
      throw new PromqlError('too_many_steps', message);
    }
    return this.#plan(expression, { startMs, endMs, stepMs }, query);
  }

  #parse(text: string): Expression {
    return parseExpression(text, { experimentalFunctions: this.#options.experimentalFunctions });
  }

  #plan(expression: Expression, times: QueryTimes, query: QueryOptions): QueryPlan {
    return createPlan(expression, times, {
      lookbackMs: query.lookbackMs ?? this.#options.lookbackMs ?? DEFAULT_LOOKBACK_MS,
      defaultSubqueryStepMs: this.#options.defaultSubqueryStepMs ?? (() => DEFAULT_SUBQUERY_STEP_MS),
      delayedNameRemoval: this.#options.delayedNameRemoval ?? false,
      maxSteps: this.#limits.maxSteps,
    });
  }

  async #run(queryable: Queryable, query: InstantQuery | RangeQuery, prepare: () => QueryPlan): Promise<QueryResult> {
    const startedMs = this.#clock.nowMs();
    const deadline = this.#startDeadline(query);
    try {
      const plan = prepare();
      const preparedMs = this.#clock.nowMs();
      const leave = await this.#gate.enter(deadline.signal);
      try {
        const enteredMs = this.#clock.nowMs();
        const executed = await this.#execute(queryable, { query, plan, deadline });
        return {
          ...executed,
          stats: {
            ...executed.stats,
            preparationMs: preparedMs - startedMs,
            queuedMs: enteredMs - preparedMs,
            evaluationMs: this.#clock.nowMs() - enteredMs,
          },
        };
      } finally {
        leave();
      }
    } catch (error) {
      throw asQueryFailure(error);
    } finally {
      deadline.stop();
    }
  }

  async #execute(
    queryable: Queryable,
    {
      query,
      plan,
      deadline,
    }: { readonly query: InstantQuery | RangeQuery; readonly plan: QueryPlan; readonly deadline: Deadline },
  ): Promise<
    Omit<QueryResult, 'stats'> & { readonly stats: { readonly samplesRead: number; readonly peakSamples: number } }
  > {
    const { text } = query;
    const annotations = new AnnotationList((position) => printPlace(text, position));
    const budget = new Budget(this.#limits, (position) => quote(text, position));
    const querier = await openQuerier(queryable, plan);
    try {
      const context = new ExecutionContext({
        querier,
        signal: deadline.signal,
        pace: deadline.watch(this.#options.pace ?? createPace(this.#clock)),
        budget,
        annotations,
        pool: this.#pool,
        delayedNameRemoval: this.#options.delayedNameRemoval ?? false,
      });
      const execution = createExecution(context, plan);
      try {
        const { maxResultSamples } = this.#limits;
        const value = await executePlan(execution, plan, { maxResultSamples, isRange: 'stepMs' in query });
        const stats = { samplesRead: context.samplesRead, peakSamples: budget.peakSamples };
        return { value, annotations: annotations.list(querier.warnings), stats };
      } finally {
        await execution.close();
      }
    } finally {
      await querier.close();
    }
  }

  #startDeadline({ signal, timeoutMs }: QueryOptions): Deadline {
    const limitMs = Math.min(timeoutMs ?? Infinity, this.#limits.timeoutMs);
    return startDeadline(this.#clock, limitMs, signal);
  }
}

async function openQuerier(queryable: Queryable, { scans }: QueryPlan) {
  const startMs = scans.reduce((least, scan) => Math.min(least, scan.startMs), scans.length === 0 ? 0 : Infinity);
  const endMs = scans.reduce((most, scan) => Math.max(most, scan.endMs), scans.length === 0 ? 0 : -Infinity);
  try {
    return await queryable.querier({ startMs, endMs });
  } catch (cause) {
    throw new PromqlError('storage', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function assertFinite(what: string, ms: number): void {
  if (!Number.isFinite(ms)) throw new PromqlError('bad_parameter', `${what} has to be a finite number, it is ${ms} ms`);
}

/** A piece of the query, shortened, with its place. */
function quote(text: string, position: PositionRange): string {
  const piece = text.slice(position.start, position.end);
  const shown = piece.length > 100 ? `${piece.slice(0, 100)}…` : piece;
  return `${shown} (${printPlace(text, position)})`;
}

function printPlace(text: string, { start }: PositionRange): string {
  const { line, column } = placeOf(text, start);
  return `${line}:${column}`;
}

/** Everything that is thrown is either what a query can fail with, or a defect. */
function asQueryFailure(error: unknown): unknown {
  if (error instanceof PromqlError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return message.startsWith('BUG:') ? error : new Error(`BUG: a query failed with ${message}`, { cause: error });
}
