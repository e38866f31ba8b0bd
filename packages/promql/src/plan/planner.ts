import type { Matcher } from '@hearth/model';
import { PromqlError } from '../errors.ts';
import { applyScalars } from '../math/binary-operators.ts';
import type {
  Aggregation,
  ArithmeticOperator,
  BinaryExpression,
  Call,
  ComparisonOperator,
  Expression,
  MatrixSelector,
  PositionRange,
  Subquery,
  TimeModifiers,
  VectorSelector,
} from '../syntax/tree.ts';
import { valueTypeOf } from '../syntax/value-type.ts';
import { firstStepOf, type Grid, gridBetween, lastStepOf, shiftedGrid, type TimeShift } from './grid.ts';
import { fixesName, keepsName, metricNamesOf } from './metric-names.ts';
import { withoutParentheses } from './parentheses.ts';
import type { QueryPlan, RangePlan, ScalarPlan, ScanOutput, ScanReference, VectorPlan } from './plan.ts';
import { planAggregation } from './plan-aggregation.ts';
import { planCall } from './plan-call.ts';
import type { Planning, PlanOptions } from './planning.ts';
import { propagateMatchers } from './propagate-matchers.ts';
import { ScanRegistry } from './scan-registry.ts';
import { isStepInvariant } from './step-invariance.ts';
import { uniteIfNeeded } from './unite.ts';

export interface QueryTimes {
  readonly startMs: number;
  readonly endMs: number;
  /** `undefined`: an instant query. */
  readonly stepMs: number | undefined;
}

/** Plans a checked expression. Throws a PromqlError for what can only be seen now. */
export function createPlan(expression: Expression, times: QueryTimes, options: PlanOptions): QueryPlan {
  return new Planner(times, options).plan(expression);
}

class Planner implements Planning {
  readonly options: PlanOptions;
  readonly queryGrid: Grid;
  readonly queryEndMs: number;
  readonly #scans = new ScanRegistry();

  constructor({ startMs, endMs, stepMs }: QueryTimes, options: PlanOptions) {
    this.options = options;
    this.queryGrid = gridBetween({ startMs, endMs, stepMs: stepMs ?? 1 });
    this.queryEndMs = endMs;
  }

  plan(expression: Expression): QueryPlan {
    const root = this.#root(propagateMatchers(expression));
    return { root, scans: this.#scans.finish() };
  }

  #root(expression: Expression): QueryPlan['root'] {
    const inner = withoutParentheses(expression);
    switch (valueTypeOf(inner)) {
      case 'string':
        if (inner.kind === 'string') return { kind: 'string', value: inner.value, timestampMs: this.queryGrid.startMs };
        throw new Error(`BUG: a ${inner.kind} is a string`);
      case 'scalar':
        return { kind: 'scalar', plan: this.scalar(inner, this.queryGrid) };
      case 'vector':
        return { kind: 'vector', plan: this.vector(inner, this.queryGrid) };
      case 'matrix':
        return { kind: 'matrix', plan: this.#range(inner) };
    }
  }

  #range(expression: Expression): RangePlan {
    const grid = this.queryGrid;
    const { position } = expression;
    if (expression.kind === 'subquery') {
      const inner = this.vector(expression.expression, this.subqueryGrid(expression, grid));
      return { kind: 'subqueryRange', grid, position, inner };
    }
    const { selector, rangeMs } = expression as MatrixSelector;
    const shift = this.shiftOf(selector);
    const source = this.scan(selector.matchers, position, { kind: 'rawSelection', grid, position, shift, rangeMs });
    return { kind: 'storedRange', grid, position, source };
  }

  vector(expression: Expression, grid: Grid): VectorPlan {
    if (grid.steps > 1 && isStepInvariant(expression)) {
      const child = this.vector(expression, firstStepOf(grid));
      return { kind: 'broadcast', grid, position: expression.position, child };
    }
    switch (expression.kind) {
      case 'parentheses':
        return this.vector(expression.expression, grid);
      case 'vectorSelector':
        return this.#selector(expression, grid);
      case 'unary':
        return this.#unary(expression.operator, expression.expression, expression.position, grid);
      case 'binary':
        return this.#binary(expression, grid);
      case 'aggregation':
        return planAggregation(this, expression satisfies Aggregation, grid);
      case 'call':
        return planCall(this, expression, grid);
      case 'number':
      case 'string':
      case 'matrixSelector':
      case 'subquery':
        throw new Error(`BUG: a ${expression.kind} is planned as a vector`);
    }
  }

  #selector(selector: VectorSelector, grid: Grid): VectorPlan {
    const { matchers, position } = selector;
    const source = this.scan(matchers, position, {
      kind: 'instantSelection',
      grid,
      position,
      shift: this.shiftOf(selector),
      lookbackMs: this.options.lookbackMs,
      takesTimestamp: false,
    });
    return { kind: 'select', grid, position, source, names: fixesName(matchers) ? 'one' : 'various' };
  }

  #unary(operator: '+' | '-', expression: Expression, position: PositionRange, grid: Grid): VectorPlan {
    const child = this.vector(expression, grid);
    if (operator === '+') return child;
    const plan: VectorPlan = { kind: 'elementwise', grid, position, functionName: 'negate', child, parameters: [] };
    return uniteIfNeeded(this, plan, metricNamesOf(child) === 'various');
  }

  #binary(expression: BinaryExpression, grid: Grid): VectorPlan {
    const { operator, left, right, matching, position, returnsBool } = expression;
    if (operator === 'and' || operator === 'or' || operator === 'unless') {
      if (matching === undefined) throw new Error(`BUG: ${operator} has no matching`);
      const [leftPlan, rightPlan] = [this.vector(left, grid), this.vector(right, grid)];
      const plan: VectorPlan = {
        kind: 'setOperation',
        grid,
        position,
        operator,
        left: leftPlan,
        right: rightPlan,
        matching,
      };
      return uniteIfNeeded(this, plan, operator === 'or');
    }
    if (matching !== undefined) {
      const [leftPlan, rightPlan] = [this.vector(left, grid), this.vector(right, grid)];
      const plan = {
        kind: 'vectorVector',
        grid,
        position,
        operator,
        left: leftPlan,
        right: rightPlan,
        matching,
        returnsBool,
      };
      return uniteIfNeeded(this, plan as VectorPlan, mayBecomeEqual(plan as VectorPlan));
    }
    const scalarIsLeft = valueTypeOf(left) === 'scalar';
    const [vectorSide, scalarSide] = scalarIsLeft ? [right, left] : [left, right];
    const [vector, scalar] = [this.vector(vectorSide, grid), this.scalar(scalarSide, grid)];
    const plan: VectorPlan = {
      kind: 'vectorScalar',
      grid,
      position,
      operator,
      vector,
      scalar,
      scalarIsLeft,
      returnsBool,
    };
    return uniteIfNeeded(this, plan, !keepsName(plan) && metricNamesOf(vector) === 'various');
  }

  scalar(expression: Expression, grid: Grid): ScalarPlan {
    const { position } = expression;
    if (grid.steps > 1 && expression.kind !== 'number' && isStepInvariant(expression)) {
      const child = this.scalar(expression, firstStepOf(grid));
      return child.kind === 'constant' ? { ...child, grid } : { kind: 'broadcastScalar', grid, position, child };
    }
    switch (expression.kind) {
      case 'number':
        return { kind: 'constant', grid, position, value: expression.value };
      case 'parentheses':
        return this.scalar(expression.expression, grid);
      case 'unary': {
        const child = this.scalar(expression.expression, grid);
        if (expression.operator === '+') return child;
        if (child.kind === 'constant') return { ...child, position, value: -child.value };
        const minusOne: ScalarPlan = { kind: 'constant', grid, position, value: -1 };
        return { kind: 'scalarScalar', grid, position, operator: '*', left: minusOne, right: child };
      }
      case 'binary':
        return this.#scalarBinary(expression, grid);
      case 'call':
        return this.#scalarCall(expression, grid);
      default:
        throw new Error(`BUG: a ${expression.kind} is planned as a scalar`);
    }
  }

  #scalarBinary({ operator, left, right, position }: BinaryExpression, grid: Grid): ScalarPlan {
    const scalarOperator = operator as ArithmeticOperator | ComparisonOperator;
    const [leftPlan, rightPlan] = [this.scalar(left, grid), this.scalar(right, grid)];
    if (leftPlan.kind === 'constant' && rightPlan.kind === 'constant') {
      const value = applyScalars(scalarOperator, leftPlan.value, rightPlan.value);
      return { kind: 'constant', grid, position, value };
    }
    return { kind: 'scalarScalar', grid, position, operator: scalarOperator, left: leftPlan, right: rightPlan };
  }

  #scalarCall(call: Call, grid: Grid): ScalarPlan {
    const { functionName, position } = call;
    const constant = (value: number): ScalarPlan => ({ kind: 'constant', grid, position, value });
    const { startMs, stepMs } = this.queryGrid;
    switch (functionName) {
      case 'pi':
        return constant(Math.PI);
      case 'start':
        return constant(startMs / 1000);
      case 'end':
        return constant(this.queryEndMs / 1000);
      case 'range':
        return constant((this.queryEndMs - startMs) / 1000);
      case 'step':
        return constant(this.queryEndMs === startMs ? 0 : stepMs / 1000);
      case 'time':
        return { kind: 'time', grid, position };
      case 'scalar':
        return { kind: 'vectorAsScalar', grid, position, child: this.vector(call.arguments[0], grid) };
      case 'min_of':
      case 'max_of': {
        const [left, right] = call.arguments.map((argument) => this.scalar(argument, grid));
        return { kind: 'scalarChoice', grid, position, functionName, left, right };
      }
      default:
        throw new Error(`BUG: ${functionName} is planned as a scalar`);
    }
  }

  scan(matchers: readonly Matcher[], position: PositionRange, compute: ScanOutput['compute']): ScanReference {
    return this.#scans.add(matchers, position, compute);
  }

  shiftOf({ offsetMs, at }: TimeModifiers): TimeShift {
    switch (at?.kind) {
      case undefined:
        return { offsetMs, atMs: undefined };
      case 'timestamp':
        return { offsetMs, atMs: at.timestampMs };
      case 'start':
        return { offsetMs, atMs: this.queryGrid.startMs };
      case 'end':
        return { offsetMs, atMs: this.queryEndMs };
    }
  }

  subqueryGrid(subquery: Subquery, grid: Grid): Grid {
    const { rangeMs, position } = subquery;
    const stepMs = subquery.stepMs ?? this.options.defaultSubqueryStepMs(rangeMs);
    const shift = this.shiftOf(subquery);
    const { firstMs } = shiftedGrid(grid, shift);
    const endMs = shift.atMs === undefined ? lastStepOf(grid) - shift.offsetMs : firstMs;
    const beforeMs = firstMs - rangeMs;
    // Times are multiples of the step, whatever the query's start: the same subquery sees the same samples.
    let startMs = stepMs * Math.trunc(beforeMs / stepMs);
    if (startMs <= beforeMs) startMs += stepMs;
    const inner = gridBetween({ startMs, endMs, stepMs });
    if (inner.steps > this.options.maxSteps) {
      const message = `a subquery has ${inner.steps} steps, the limit is ${this.options.maxSteps}: use a longer step or a shorter range`;
      throw new PromqlError('too_many_steps', message, { position });
    }
    return grid.steps === 0 ? { ...inner, steps: 0 } : inner;
  }
}

/** Whether an operation between vectors can give the same labels to results of different steps. */
function mayBecomeEqual(plan: VectorPlan): boolean {
  if (plan.kind !== 'vectorVector') return false;
  const { cardinality, on, labels, include } = plan.matching;
  if (cardinality === 'one-to-one') {
    return on || labels.length > 0 || (!keepsName(plan) && metricNamesOf(plan.left) === 'various');
  }
  const many = cardinality === 'one-to-many' ? plan.right : plan.left;
  return include.length > 0 || (!keepsName(plan) && metricNamesOf(many) === 'various');
}
