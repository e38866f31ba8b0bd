import type { Matcher } from '@hearth/model';

/** A piece of the query's text, in UTF-16 units: from `start` up to, not including, `end`. */
export interface PositionRange {
  readonly start: number;
  readonly end: number;
}

export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string';

/**
 * An expression as it was written. What the parser returns has been checked: types, numbers of arguments, label names and
 * matchers are right. Nodes are immutable, and know where they stand in the text.
 */
export type Expression =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Parentheses
  | UnaryExpression
  | BinaryExpression
  | Aggregation
  | Call;

export type ExpressionKind = Expression['kind'];

interface Node {
  readonly position: PositionRange;
}

export interface NumberLiteral extends Node {
  readonly kind: 'number';
  /** A duration counts seconds. */
  readonly value: number;
  /** Whether it was written as a duration, such as `5m`: it is printed as one. */
  readonly isDuration: boolean;
}

export interface StringLiteral extends Node {
  readonly kind: 'string';
  readonly value: string;
}

/** The time that `@` fixes: one of its own, or where the query's range starts or ends. */
export type AtModifier =
  | { readonly kind: 'timestamp'; readonly timestampMs: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' };

/** How far an expression's time is moved: `@` first, then `offset`, in whichever order they were written. */
export interface TimeModifiers {
  /** Zero where there is none; negative looks ahead. */
  readonly offsetMs: number;
  readonly at: AtModifier | undefined;
}

export interface VectorSelector extends Node, TimeModifiers {
  readonly kind: 'vectorSelector';
  /** The metric name in front of the braces; `''` where there is none, also where it is quoted in them. */
  readonly name: string;
  /** All of them, that of the name included, in the order in which they were written, the name's last. */
  readonly matchers: readonly Matcher[];
}

export interface MatrixSelector extends Node {
  readonly kind: 'matrixSelector';
  /** Carries the time modifiers, but its position ends in front of the range: this node's holds all of them. */
  readonly selector: VectorSelector;
  readonly rangeMs: number;
}

export interface Subquery extends Node, TimeModifiers {
  readonly kind: 'subquery';
  readonly expression: Expression;
  readonly rangeMs: number;
  /** `undefined`: the server's evaluation interval. */
  readonly stepMs: number | undefined;
}

export interface Parentheses extends Node {
  readonly kind: 'parentheses';
  readonly expression: Expression;
}

export interface UnaryExpression extends Node {
  readonly kind: 'unary';
  readonly operator: '+' | '-';
  readonly expression: Expression;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';
export type ComparisonOperator = '==' | '!=' | '>' | '<' | '>=' | '<=';
export type SetOperator = 'and' | 'or' | 'unless';
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator;

export type MatchCardinality = 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';

/** How the series of two vectors find each other. */
export interface VectorMatching {
  /** `group_left` is many-to-one, `group_right` one-to-many; set operators are many-to-many. */
  readonly cardinality: MatchCardinality;
  /** Whether only `labels` count (`on`), or all but them (`ignoring`, also where neither is written). */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Labels that the "one" side gives to the result. */
  readonly include: readonly string[];
}

export interface BinaryExpression extends Node {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  /** A comparison gives 0 or 1 instead of filtering. */
  readonly returnsBool: boolean;
  /** `undefined` unless both sides are vectors. */
  readonly matching: VectorMatching | undefined;
}

export type AggregationOperator =
  | 'sum'
  | 'avg'
  | 'count'
  | 'min'
  | 'max'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'count_values'
  | 'quantile'
  | 'limitk'
  | 'limit_ratio';

export interface Aggregation extends Node {
  readonly kind: 'aggregation';
  readonly operator: AggregationOperator;
  readonly expression: Expression;
  /** A scalar, or the string of `count_values`. */
  readonly parameter: Expression | undefined;
  /** Whether `grouping` names what to leave out (`without`) or what to keep (`by`, also where neither is written). */
  readonly without: boolean;
  readonly grouping: readonly string[];
}

export interface Call extends Node {
  readonly kind: 'call';
  /** A name that `functionSignatures` has. */
  readonly functionName: string;
  readonly arguments: readonly Expression[];
}
