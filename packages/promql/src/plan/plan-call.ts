import { createAnchoredRegexp, createLabels, isValidLabelName, Labels, MatcherError, METRIC_NAME } from '@hearth/model';
import { PromqlError } from '../errors.ts';
import type { Call, Expression, MatrixSelector, StringLiteral, Subquery, VectorSelector } from '../syntax/tree.ts';
import { DATE_FUNCTIONS } from './date-functions.ts';
import type { Grid } from './grid.ts';
import { fixesName, metricNamesOf } from './metric-names.ts';
import { withoutParentheses } from './parentheses.ts';
import type { ScalarPlan, VectorPlan, WindowPlan } from './plan.ts';
import type { Planning } from './planning.ts';
import { uniteIfNeeded } from './unite.ts';

/** These act like an offset: the result keeps the metric's name. */
const KEEP_NAME: ReadonlySet<string> = new Set(['last_over_time', 'first_over_time']);

/** They answer for native histograms only. */
const NATIVE_HISTOGRAM_FUNCTIONS: ReadonlySet<string> = new Set([
  'histogram_avg',
  'histogram_count',
  'histogram_sum',
  'histogram_stddev',
  'histogram_stdvar',
  'start_timestamp',
]);

/** Plans a call of a function that returns a vector. */
export function planCall(planning: Planning, call: Call, grid: Grid): VectorPlan {
  const { functionName, position } = call;
  const args = call.arguments.map(withoutParentheses);
  const vectorAt = (index: number) => planning.vector(args[index], grid);
  const scalarsFrom = (first: number) => args.slice(first).map((argument) => planning.scalar(argument, grid));

  const range = args.find((argument) => argument.kind === 'matrixSelector' || argument.kind === 'subquery');
  if (range !== undefined) {
    return functionName === 'absent_over_time'
      ? planAbsentOverTime(planning, call, grid)
      : planWindow(planning, { call, args, functionName }, grid);
  }
  if (DATE_FUNCTIONS.has(functionName) && args.length === 0) {
    const child: VectorPlan = { kind: 'scalarAsVector', grid, position, scalar: { kind: 'time', grid, position } };
    return { kind: 'elementwise', grid, position, functionName, child, parameters: [] };
  }
  if (NATIVE_HISTOGRAM_FUNCTIONS.has(functionName)) return { kind: 'nothing', grid, position, child: vectorAt(0) };
  switch (functionName) {
    case 'vector':
      return { kind: 'scalarAsVector', grid, position, scalar: planning.scalar(args[0], grid) };
    case 'timestamp':
      return planTimestamp(planning, call, grid);
    case 'absent':
      return { kind: 'absent', grid, position, child: vectorAt(0), labels: labelsOfAbsent(args[0]) };
    case 'sort':
    case 'sort_desc':
    case 'sort_by_label':
    case 'sort_by_label_desc': {
      const labels = functionName.startsWith('sort_by') ? stringsOf(args.slice(1)) : undefined;
      return { kind: 'sort', grid, position, child: vectorAt(0), descending: functionName.endsWith('_desc'), labels };
    }
    case 'label_replace':
      return planLabelReplace(planning, args, call, grid);
    case 'label_join':
      return planLabelJoin(planning, args, call, grid);
    case 'histogram_quantile':
    case 'histogram_fraction':
    case 'histogram_quantiles':
      return planBuckets(planning, args, call, grid);
    case 'info':
      throw new PromqlError('not_supported', 'function info() is not supported', { position });
    default: {
      const child = vectorAt(0);
      const plan: VectorPlan = { kind: 'elementwise', grid, position, functionName, child, parameters: scalarsFrom(1) };
      return uniteIfNeeded(planning, plan, metricNamesOf(child) === 'various');
    }
  }
}

interface RangeCall {
  readonly call: Call;
  readonly args: readonly Expression[];
  readonly functionName: string;
}

function planWindow(planning: Planning, { call, args, functionName }: RangeCall, grid: Grid): VectorPlan {
  const { position } = call;
  const range = args.find((argument) => argument.kind === 'matrixSelector' || argument.kind === 'subquery');
  const parameters = args.filter((argument) => argument !== range).map((argument) => planning.scalar(argument, grid));
  const keepsName = KEEP_NAME.has(functionName);
  const window = (source: MatrixSelector | Subquery): WindowPlan => ({
    kind: 'window',
    grid,
    position: source.position,
    functionName,
    parameters,
    shift: planning.shiftOf(source.kind === 'subquery' ? source : source.selector),
    rangeMs: source.rangeMs,
    keepsName,
  });
  if (range?.kind === 'matrixSelector') {
    const { matchers } = range.selector;
    const source = planning.scan(matchers, range.position, window(range));
    const isNamed = fixesName(matchers);
    const names = keepsName ? (isNamed ? 'one' : 'various') : 'none';
    const plan: VectorPlan = { kind: 'select', grid, position, source, names };
    return keepsName ? plan : uniteIfNeeded(planning, plan, !isNamed, { refusesEqualLabels: true });
  }
  if (range?.kind === 'subquery') {
    const inner = planning.vector(range.expression, planning.subqueryGrid(range, grid));
    const plan: VectorPlan = { kind: 'subqueryWindow', grid, position, inner, window: window(range) };
    const isNeeded = !keepsName && metricNamesOf(inner) === 'various';
    return uniteIfNeeded(planning, plan, isNeeded, { refusesEqualLabels: true });
  }
  throw new Error(`BUG: ${functionName} is planned as a function over a range vector, but has none`);
}

function planAbsentOverTime(planning: Planning, call: Call, grid: Grid): VectorPlan {
  const args = call.arguments.map(withoutParentheses);
  const [range] = args;
  const child = planWindow(planning, { call, args, functionName: 'present_over_time' }, grid);
  const labels = range.kind === 'matrixSelector' ? labelsOfAbsent(range.selector) : Labels.empty;
  // Whether equal labels arise on the way does not matter to what is absent.
  return { kind: 'absent', grid, position: call.position, child: child.kind === 'unite' ? child.child : child, labels };
}

function planTimestamp(planning: Planning, call: Call, grid: Grid): VectorPlan {
  const { position } = call;
  const argument = withoutParentheses(call.arguments[0]);
  if (argument.kind === 'vectorSelector') {
    const { matchers } = argument;
    const source = planning.scan(matchers, argument.position, {
      kind: 'instantSelection',
      grid,
      position: argument.position,
      shift: planning.shiftOf(argument),
      lookbackMs: planning.options.lookbackMs,
      takesTimestamp: true,
    });
    return uniteIfNeeded(planning, { kind: 'select', grid, position, source, names: 'none' }, !fixesName(matchers));
  }
  const child = planning.vector(argument, grid);
  const parameters: ScalarPlan[] = [{ kind: 'time', grid, position }];
  const plan: VectorPlan = { kind: 'elementwise', grid, position, functionName: 'timestamp', child, parameters };
  return uniteIfNeeded(planning, plan, metricNamesOf(child) === 'various');
}

/** The labels that a selector fixes are those of the series that is missing. */
function labelsOfAbsent(expression: Expression): Labels {
  if (expression.kind !== 'vectorSelector') return Labels.empty;
  const fixed = new Map<string, string>();
  const seen = new Set<string>();
  for (const { type, name, value } of (expression satisfies VectorSelector).matchers) {
    if (name === METRIC_NAME) continue;
    if (type === '=' && !seen.has(name)) {
      seen.add(name);
      fixed.set(name, value);
    } else {
      fixed.delete(name);
    }
  }
  return createLabels(fixed);
}

function planLabelReplace(planning: Planning, args: readonly Expression[], call: Call, grid: Grid): VectorPlan {
  const { position } = call;
  const [target, replacement, source, pattern] = stringsOf(args.slice(1));
  try {
    createAnchoredRegexp(pattern);
  } catch (cause) {
    if (!(cause instanceof MatcherError)) throw cause;
    const message = `invalid regular expression in label_replace(): ${pattern}: ${cause.reason}`;
    throw new PromqlError('execution', message, { position: args[4].position, cause });
  }
  assertLabelName(target, `destination label name in label_replace()`, args[1]);
  const child = planning.vector(args[0], grid);
  const plan: VectorPlan = { kind: 'labelReplace', grid, position, child, target, replacement, source, pattern };
  return { kind: 'unite', grid, position, child: plan, refusesEqualLabels: false };
}

function planLabelJoin(planning: Planning, args: readonly Expression[], call: Call, grid: Grid): VectorPlan {
  const { position } = call;
  const [target, separator, ...sources] = stringsOf(args.slice(1));
  for (const [index, source] of sources.entries()) {
    assertLabelName(source, 'source label name in label_join()', args[index + 3]);
  }
  assertLabelName(target, 'destination label name in label_join()', args[1]);
  const child = planning.vector(args[0], grid);
  const plan: VectorPlan = { kind: 'labelJoin', grid, position, child, target, separator, sources };
  return { kind: 'unite', grid, position, child: plan, refusesEqualLabels: false };
}

function assertLabelName(name: string, what: string, { position }: Expression): void {
  if (!isValidLabelName(name, 'utf8')) throw new PromqlError('execution', `invalid ${what}: ${name}`, { position });
}

function planBuckets(planning: Planning, args: readonly Expression[], call: Call, grid: Grid): VectorPlan {
  const { functionName, position } = call;
  const scalar = (index: number) => planning.scalar(args[index], grid);
  const plan = (
    vectorIndex: number,
    bucketFunction: Extract<VectorPlan, { kind: 'buckets' }>['function'],
  ): VectorPlan => {
    const child = planning.vector(args[vectorIndex], grid);
    const buckets: VectorPlan = { kind: 'buckets', grid, position, child, function: bucketFunction };
    return uniteIfNeeded(planning, buckets, metricNamesOf(child) === 'various');
  };
  switch (functionName) {
    case 'histogram_quantile':
      return plan(1, { name: functionName, quantile: scalar(0) });
    case 'histogram_fraction':
      return plan(2, { name: functionName, lower: scalar(0), upper: scalar(1) });
    case 'histogram_quantiles': {
      const [label] = stringsOf([args[1]]);
      return plan(0, { name: functionName, label, quantiles: args.slice(2).map((_, i) => scalar(i + 2)) });
    }
    default:
      throw new Error(`BUG: ${functionName} is planned as a function of buckets`);
  }
}

function stringsOf(args: readonly Expression[]): readonly string[] {
  return args.map((argument) => (withoutParentheses(argument) as StringLiteral).value);
}
