import type { Labels, Matcher } from '@hearth/model';
import type {
  AggregationOperator,
  ArithmeticOperator,
  ComparisonOperator,
  PositionRange,
  SetOperator,
  VectorMatching,
} from '../syntax/tree.ts';
import type { Grid, TimeShift } from './grid.ts';

/**
 * What will be executed: times resolved, constants folded, each selector's samples assigned to a scan. Every node carries the
 * grid that it is evaluated on, and the piece of the query that it comes from.
 */
export interface QueryPlan {
  readonly root: RootPlan;
  /** Numbered by their place. */
  readonly scans: readonly ScanPlan[];
}

export type RootPlan =
  | { readonly kind: 'vector'; readonly plan: VectorPlan }
  | { readonly kind: 'scalar'; readonly plan: ScalarPlan }
  | { readonly kind: 'string'; readonly value: string; readonly timestampMs: number }
  /** Only for instant queries: the samples as they are. */
  | { readonly kind: 'matrix'; readonly plan: RangePlan };

interface PlanNode {
  readonly grid: Grid;
  readonly position: PositionRange;
}

/** One pass over the series that match, for all selectors that can be served by it. */
export interface ScanPlan {
  readonly matchers: readonly Matcher[];
  /** Both included. */
  readonly startMs: number;
  readonly endMs: number;
  readonly position: PositionRange;
  /** What is read of it, by their `output`. */
  readonly outputs: readonly ScanOutput[];
}

/** One reader of a scan. Those with the same `key` compute the same of every series. */
export interface ScanOutput {
  readonly key: string;
  readonly compute: InstantSelectionPlan | WindowPlan | RawSelectionPlan;
  /** What the scan's matchers leave open: all have to match too. */
  readonly filter: readonly Matcher[];
}

/** Where a selector's rows come from. */
export interface ScanReference {
  readonly scan: number;
  readonly output: number;
}

/** The last sample at or before the step, no older than the lookback. */
export interface InstantSelectionPlan extends PlanNode {
  readonly kind: 'instantSelection';
  readonly shift: TimeShift;
  readonly lookbackMs: number;
  /** Instead of the value the time of the sample, in seconds: `timestamp(selector)`. */
  readonly takesTimestamp: boolean;
}

/** A function over a range vector. */
export interface WindowPlan extends PlanNode {
  readonly kind: 'window';
  readonly functionName: string;
  readonly parameters: readonly ScalarPlan[];
  readonly shift: TimeShift;
  readonly rangeMs: number;
  /** Whether the result keeps the metric's name: `last_over_time`, `first_over_time`. */
  readonly keepsName: boolean;
}

/** Samples as they are stored. */
export interface RawSelectionPlan extends PlanNode {
  readonly kind: 'rawSelection';
  readonly shift: TimeShift;
  readonly rangeMs: number;
}

/** A range vector that is a query's result. */
export type RangePlan = StoredRangePlan | SubqueryRangePlan;

export interface StoredRangePlan extends PlanNode {
  readonly kind: 'storedRange';
  readonly source: ScanReference;
}

export interface SubqueryRangePlan extends PlanNode {
  readonly kind: 'subqueryRange';
  readonly inner: VectorPlan;
}

export type VectorPlan =
  | SelectPlan
  | SubqueryWindowPlan
  | ElementwisePlan
  | ScalarAsVectorPlan
  | VectorScalarPlan
  | VectorVectorPlan
  | SetOperationPlan
  | AggregatePlan
  | QuantileAggregatePlan
  | TopPlan
  | LimitPlan
  | CountValuesPlan
  | BucketsPlan
  | LabelReplacePlan
  | LabelJoinPlan
  | AbsentPlan
  | SortPlan
  | UnitePlan
  | BroadcastPlan
  | NothingPlan;

/** Whether the series of a result have no metric name, all the same one, or may have different ones. */
export type MetricNames = 'none' | 'one' | 'various';

/** The rows that a scan computes: of an instant selector, or of a function over a range selector. */
export interface SelectPlan extends PlanNode {
  readonly kind: 'select';
  readonly source: ScanReference;
  readonly names: MetricNames;
}

/** A function over the rows of an expression, evaluated on a grid of its own. */
export interface SubqueryWindowPlan extends PlanNode {
  readonly kind: 'subqueryWindow';
  readonly inner: VectorPlan;
  readonly window: WindowPlan;
}

/** Functions of one value: `abs`, `hour`, `clamp`, `round`, unary minus. */
export interface ElementwisePlan extends PlanNode {
  readonly kind: 'elementwise';
  readonly functionName: string;
  readonly child: VectorPlan;
  readonly parameters: readonly ScalarPlan[];
}

/** `vector(scalar)`: one series without labels. */
export interface ScalarAsVectorPlan extends PlanNode {
  readonly kind: 'scalarAsVector';
  readonly scalar: ScalarPlan;
}

export interface VectorScalarPlan extends PlanNode {
  readonly kind: 'vectorScalar';
  readonly operator: ArithmeticOperator | ComparisonOperator;
  readonly vector: VectorPlan;
  readonly scalar: ScalarPlan;
  readonly scalarIsLeft: boolean;
  readonly returnsBool: boolean;
}

export interface VectorVectorPlan extends PlanNode {
  readonly kind: 'vectorVector';
  readonly operator: ArithmeticOperator | ComparisonOperator;
  readonly left: VectorPlan;
  readonly right: VectorPlan;
  readonly matching: VectorMatching;
  readonly returnsBool: boolean;
}

export interface SetOperationPlan extends PlanNode {
  readonly kind: 'setOperation';
  readonly operator: SetOperator;
  readonly left: VectorPlan;
  readonly right: VectorPlan;
  readonly matching: VectorMatching;
}

export interface Grouping {
  readonly without: boolean;
  readonly labels: readonly string[];
}

export type SimpleAggregation = 'sum' | 'avg' | 'count' | 'min' | 'max' | 'group' | 'stddev' | 'stdvar';

export interface AggregatePlan extends PlanNode, Grouping {
  readonly kind: 'aggregate';
  readonly operator: SimpleAggregation;
  readonly child: VectorPlan;
}

export interface QuantileAggregatePlan extends PlanNode, Grouping {
  readonly kind: 'quantileAggregate';
  readonly child: VectorPlan;
  readonly parameter: ScalarPlan;
}

/** `topk` and `bottomk`. */
export interface TopPlan extends PlanNode, Grouping {
  readonly kind: 'top';
  readonly operator: Extract<AggregationOperator, 'topk' | 'bottomk'>;
  readonly child: VectorPlan;
  readonly parameter: ScalarPlan;
}

export interface LimitPlan extends PlanNode, Grouping {
  readonly kind: 'limit';
  readonly operator: Extract<AggregationOperator, 'limitk' | 'limit_ratio'>;
  readonly child: VectorPlan;
  readonly parameter: ScalarPlan;
}

export interface CountValuesPlan extends PlanNode, Grouping {
  readonly kind: 'countValues';
  readonly child: VectorPlan;
  readonly valueLabel: string;
}

/** Functions of the buckets of classic histograms. */
export interface BucketsPlan extends PlanNode {
  readonly kind: 'buckets';
  readonly child: VectorPlan;
  readonly function:
    | { readonly name: 'histogram_quantile'; readonly quantile: ScalarPlan }
    | { readonly name: 'histogram_fraction'; readonly lower: ScalarPlan; readonly upper: ScalarPlan }
    | { readonly name: 'histogram_quantiles'; readonly quantiles: readonly ScalarPlan[]; readonly label: string };
}

export interface LabelReplacePlan extends PlanNode {
  readonly kind: 'labelReplace';
  readonly child: VectorPlan;
  readonly target: string;
  readonly replacement: string;
  readonly source: string;
  readonly pattern: string;
}

export interface LabelJoinPlan extends PlanNode {
  readonly kind: 'labelJoin';
  readonly child: VectorPlan;
  readonly target: string;
  readonly separator: string;
  readonly sources: readonly string[];
}

export interface AbsentPlan extends PlanNode {
  readonly kind: 'absent';
  readonly child: VectorPlan;
  readonly labels: Labels;
}

/** Orders the result of an instant query. */
export interface SortPlan extends PlanNode {
  readonly kind: 'sort';
  readonly child: VectorPlan;
  readonly descending: boolean;
  /** `undefined`: by value. */
  readonly labels: readonly string[] | undefined;
}

/**
 * Makes one series of those that have the same labels, where a step has a value of one of them only; two values are an error.
 * Stands where names are dropped, or labels changed, so that it can happen.
 */
export interface UnitePlan extends PlanNode {
  readonly kind: 'unite';
  readonly child: VectorPlan;
  /** Functions over range vectors refuse equal labels even where the steps differ. */
  readonly refusesEqualLabels: boolean;
}

/** Evaluates its child once and gives the result to every step. */
export interface BroadcastPlan extends PlanNode {
  readonly kind: 'broadcast';
  readonly child: VectorPlan;
}

/** Evaluates its child and gives nothing: functions of native histograms, on floats. */
export interface NothingPlan extends PlanNode {
  readonly kind: 'nothing';
  readonly child: VectorPlan;
}

export type ScalarPlan =
  | ConstantPlan
  | TimePlan
  | VectorAsScalarPlan
  | ScalarScalarPlan
  | ScalarChoicePlan
  | BroadcastScalarPlan;

export interface ConstantPlan extends PlanNode {
  readonly kind: 'constant';
  readonly value: number;
}

export interface TimePlan extends PlanNode {
  readonly kind: 'time';
}

/** `scalar(vector)`. */
export interface VectorAsScalarPlan extends PlanNode {
  readonly kind: 'vectorAsScalar';
  readonly child: VectorPlan;
}

export interface ScalarScalarPlan extends PlanNode {
  readonly kind: 'scalarScalar';
  readonly operator: ArithmeticOperator | ComparisonOperator;
  readonly left: ScalarPlan;
  readonly right: ScalarPlan;
}

/** `min_of` and `max_of`. */
export interface ScalarChoicePlan extends PlanNode {
  readonly kind: 'scalarChoice';
  readonly functionName: 'min_of' | 'max_of';
  readonly left: ScalarPlan;
  readonly right: ScalarPlan;
}

export interface BroadcastScalarPlan extends PlanNode {
  readonly kind: 'broadcastScalar';
  readonly child: ScalarPlan;
}
