import { createMatcher, isValidMetricName, type Matcher, METRIC_NAME } from '@hearth/model';
import fc from 'fast-check';
import { aggregationSignatures } from '../syntax/aggregations.ts';
import { type FunctionSignature, functionSignatures } from '../syntax/functions.ts';
import { isComparison, isSetOperator, precedenceOf, SIGN_PRECEDENCE } from '../syntax/operators.ts';
import { printExpression } from '../syntax/printing.ts';
import type {
  AggregationOperator,
  AtModifier,
  BinaryOperator,
  Expression,
  MatchCardinality,
  TimeModifiers,
  ValueType,
  VectorMatching,
  VectorSelector,
} from '../syntax/tree.ts';

export interface ArbitraryExpressionOptions {
  /** What the whole expression evaluates to: any type. */
  readonly types?: readonly ValueType[];
  /** Levels of operators, calls and aggregations: 4. */
  readonly maxDepth?: number;
  readonly metricNames?: readonly string[];
  /** Also the strings that name labels. */
  readonly labelNames?: readonly string[];
  /** Also the other strings, and what regular expressions are made of. */
  readonly labelValues?: readonly string[];
  /** Names of `functionSignatures`: all. */
  readonly functions?: readonly string[];
  /** Names of `aggregationSignatures`: all. */
  readonly aggregations?: readonly string[];
  readonly binaryOperators?: readonly BinaryOperator[];
  readonly numbers?: readonly number[];
  /** Of ranges, steps and offsets. Whole seconds, or parts that a float64 of seconds has exactly. */
  readonly durationsMs?: readonly number[];
  /** Of `@`, beside `start()` and `end()`; `undefined`: no `@` at all. */
  readonly timestampsMs?: readonly number[] | undefined;
}

const DEFAULTS = {
  types: ['vector', 'scalar', 'matrix', 'string'],
  maxDepth: 4,
  metricNames: ['up', 'http_requests_total', 'job:errors:rate5m', 'sum', 'offset', 'ü.x'],
  labelNames: ['job', 'instance', 'le', 'by', 'a.b', 'ü'],
  labelValues: ['', 'api', 'web-1', 'x"y\\z\n', '😀', '+Inf'],
  functions: [...functionSignatures.keys()],
  aggregations: [...aggregationSignatures.keys()],
  binaryOperators: '+ - * / % ^ atan2 == != > < >= <= and or unless'.split(' ') as BinaryOperator[],
  numbers: [0, 1, 2, 0.5, -1, -0.25, 1e9, 1e21, 1e-7, Infinity, -Infinity, Number.NaN],
  durationsMs: [500, 1000, 15_000, 60_000, 300_000, 5_400_000, 604_800_000],
  timestampsMs: [0, -5000, 1500, 1_700_000_000_123],
} as const satisfies Required<ArbitraryExpressionOptions>;

/**
 * Expressions that pass every check, of every kind of node. They have the parentheses that their operators need, so that what
 * they print as parses to the same tree. Their positions mean nothing.
 */
export function arbitraryExpression(options: ArbitraryExpressionOptions = {}): fc.Arbitrary<Expression> {
  const { types, maxDepth, ...vocabulary } = { ...DEFAULTS, ...options };
  const grammar = new Grammar(vocabulary);
  return fc.oneof(...types.map((type) => grammar.ofType(type, maxDepth)));
}

/** The same expressions for the same seed. */
export function sampleExpressions(
  seed: number,
  count: number,
  options: ArbitraryExpressionOptions = {},
): readonly Expression[] {
  return fc.sample(arbitraryExpression(options), { seed, numRuns: count });
}

type Vocabulary = Omit<Required<ArbitraryExpressionOptions>, 'types' | 'maxDepth'>;

const position = { start: 0, end: 0 };

class Grammar {
  readonly #vocabulary: Vocabulary;
  readonly #memo = new Map<string, fc.Arbitrary<Expression>>();

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  ofType(type: ValueType, depth: number): fc.Arbitrary<Expression> {
    const key = `${type} ${depth}`;
    let arbitrary = this.#memo.get(key);
    if (!arbitrary) {
      arbitrary = this.#create(type, depth);
      this.#memo.set(key, arbitrary);
    }
    return arbitrary;
  }

  #create(type: ValueType, depth: number): fc.Arbitrary<Expression> {
    if (type === 'string') return this.#string([...this.#vocabulary.labelValues, ...this.#vocabulary.labelNames]);
    const leaf = this.#leaf(type);
    if (depth <= 0) return leaf;
    if (type === 'matrix') return fc.oneof(leaf, this.#subquery(depth - 1));
    const inner = [this.#unary(type, depth - 1), this.#binary(type, depth - 1), this.#parentheses(type, depth - 1)];
    const signatures = this.#vocabulary.functions.map((name) => functionSignatures.get(name)!);
    const calls = signatures.filter((signature) => signature.returnType === type);
    if (calls.length > 0) inner.push(fc.constantFrom(...calls).chain((signature) => this.#call(signature, depth - 1)));
    if (type === 'vector' && this.#vocabulary.aggregations.length > 0) inner.push(this.#aggregation(depth - 1));
    return fc.oneof(leaf, ...inner);
  }

  #leaf(type: 'vector' | 'scalar' | 'matrix'): fc.Arbitrary<Expression> {
    if (type === 'vector') return this.#selector();
    if (type === 'matrix') {
      return fc
        .tuple(this.#selector(), fc.constantFrom(...this.#vocabulary.durationsMs))
        .map(([selector, rangeMs]) => ({ kind: 'matrixSelector', selector, rangeMs, position }));
    }
    const duration = fc
      .constantFrom(...this.#vocabulary.durationsMs)
      .map((ms): Expression => ({ kind: 'number', value: ms / 1000, isDuration: true, position }));
    const number = fc
      .constantFrom(...this.#vocabulary.numbers)
      .map((value): Expression => ({ kind: 'number', value, isDuration: false, position }));
    return fc.oneof({ weight: 4, arbitrary: number }, { weight: 1, arbitrary: duration });
  }

  #string(values: readonly string[]): fc.Arbitrary<Expression> {
    return fc.constantFrom(...values).map((value) => ({ kind: 'string', value, position }));
  }

  #selector(): fc.Arbitrary<VectorSelector> {
    const name = fc.constantFrom(...this.#vocabulary.metricNames);
    const matchers = fc.array(this.#matcher(), { maxLength: 3 });
    const nameMatchers = (metric: string) => [
      [createMatcher('=', METRIC_NAME, metric)],
      [createMatcher('=~', METRIC_NAME, `${metric}.*`), createMatcher('!=', METRIC_NAME, 'none')],
    ];
    return fc
      .tuple(name, matchers, fc.constantFrom('plain', 'braces', 'regexp'), this.#timeModifiers())
      .map(([metric, others, form, modifiers]): VectorSelector => {
        const [exact, fuzzy] = nameMatchers(metric);
        const named = form === 'regexp' ? fuzzy : exact;
        const isPlain = form === 'plain' && isValidMetricName(metric, 'legacy');
        const all = isPlain ? [...others, ...named] : [...named, ...others];
        return { kind: 'vectorSelector', name: isPlain ? metric : '', matchers: all, ...modifiers, position };
      });
  }

  #matcher(): fc.Arbitrary<Matcher> {
    const { labelNames, labelValues } = this.#vocabulary;
    const values = fc.subarray([...labelValues], { minLength: 1, maxLength: 3 });
    const escaped = (value: string) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    return fc
      .tuple(fc.constantFrom(...labelNames), fc.constantFrom('=', '!=', '=~', '!~'), values, fc.boolean())
      .map(([name, type, [first, ...rest], isOpen]) => {
        if (type === '=' || type === '!=') return createMatcher(type, name, first);
        return createMatcher(type, name, [first, ...rest].map(escaped).join('|') + (isOpen ? '.*' : ''));
      });
  }

  #timeModifiers(): fc.Arbitrary<TimeModifiers> {
    const { durationsMs, timestampsMs } = this.#vocabulary;
    const offsetMs = fc.constantFrom(0, ...durationsMs, ...durationsMs.map((ms) => -ms));
    const times: AtModifier[] = (timestampsMs ?? []).map((timestampMs) => ({ kind: 'timestamp', timestampMs }));
    if (timestampsMs) times.push({ kind: 'start' }, { kind: 'end' });
    const at = fc.constantFrom(undefined, ...times);
    const modified = fc.record({ offsetMs, at });
    return fc.oneof(
      { weight: 3, arbitrary: fc.constant({ offsetMs: 0, at: undefined }) },
      { weight: 1, arbitrary: modified },
    );
  }

  #subquery(depth: number): fc.Arbitrary<Expression> {
    const duration = fc.constantFrom(...this.#vocabulary.durationsMs);
    const step = fc.option(duration, { nil: undefined });
    return fc
      .tuple(this.ofType('vector', depth), duration, step, this.#timeModifiers())
      .map(([expression, rangeMs, stepMs, modifiers]) => {
        const isOperation = expression.kind === 'binary' || expression.kind === 'unary';
        const inner = isOperation ? parenthesize(expression) : expression;
        return { kind: 'subquery', expression: inner, rangeMs, stepMs, ...modifiers, position };
      });
  }

  #parentheses(type: ValueType, depth: number): fc.Arbitrary<Expression> {
    return this.ofType(type, depth).map(parenthesize);
  }

  #unary(type: ValueType, depth: number): fc.Arbitrary<Expression> {
    return fc.tuple(fc.constantFrom('+', '-'), this.ofType(type, depth)).map(([operator, expression]) => {
      const isBare = expression.kind === 'number' || strengthOf(expression) < SIGN_PRECEDENCE;
      return { kind: 'unary', operator, expression: isBare ? parenthesize(expression) : expression, position };
    });
  }

  #binary(type: ValueType, depth: number): fc.Arbitrary<Expression> {
    const operators = this.#vocabulary.binaryOperators.filter(
      (operator) => type === 'vector' || !isSetOperator(operator),
    );
    return fc.constantFrom(...operators).chain((operator) => {
      const types = type === 'scalar' || isSetOperator(operator) ? [[type, type]] : VECTOR_OPERANDS;
      const operands = fc.constantFrom(...types).chain(([left, right]) =>
        fc.record({
          left: this.ofType(left, depth),
          right: this.ofType(right, depth),
          matching: left === 'vector' && right === 'vector' ? this.#matching(operator) : fc.constant(undefined),
        }),
      );
      const bool = isComparison(operator) ? (type === 'scalar' ? fc.constant(true) : fc.boolean()) : fc.constant(false);
      return fc.tuple(operands, bool).map(([{ left, right, matching }, returnsBool]) => ({
        kind: 'binary',
        operator,
        left: wrapLeft(operator, left),
        right: wrapRight(operator, right),
        returnsBool,
        matching,
        position,
      }));
    });
  }

  #matching(operator: BinaryOperator): fc.Arbitrary<VectorMatching> {
    const plain: MatchCardinality = isSetOperator(operator) ? 'many-to-many' : 'one-to-one';
    const cardinality: fc.Arbitrary<MatchCardinality> = isSetOperator(operator)
      ? fc.constant(plain)
      : fc.constantFrom(plain, 'many-to-one', 'one-to-many');
    const some = fc
      .tuple(cardinality, fc.boolean(), this.#labels(), this.#labels())
      .map(([card, on, labels, include]) => {
        const isGrouped = card === 'many-to-one' || card === 'one-to-many';
        const free = on ? include.filter((label) => !labels.includes(label)) : include;
        return { cardinality: card, on, labels, include: isGrouped ? free : [] };
      });
    return fc.oneof(fc.constant({ cardinality: plain, on: false, labels: [], include: [] }), some);
  }

  #labels(): fc.Arbitrary<string[]> {
    return fc.subarray([...this.#vocabulary.labelNames], { maxLength: 2 });
  }

  #aggregation(depth: number): fc.Arbitrary<Expression> {
    return fc.constantFrom(...this.#vocabulary.aggregations).chain((operator) => {
      const { parameterType } = aggregationSignatures.get(operator)!;
      const names = this.#string(this.#vocabulary.labelNames);
      const parameter: fc.Arbitrary<Expression | undefined> =
        parameterType === undefined
          ? fc.constant(undefined)
          : parameterType === 'string'
            ? names
            : this.ofType(parameterType, Math.min(depth, 1));
      return fc
        .tuple(this.ofType('vector', depth), parameter, fc.boolean(), this.#labels())
        .map(([expression, given, without, grouping]) => ({
          kind: 'aggregation',
          operator: operator as AggregationOperator,
          expression,
          parameter: given,
          without,
          grouping,
          position,
        }));
    });
  }

  #call(
    { name, argumentTypes, minArguments, maxArguments }: FunctionSignature,
    depth: number,
  ): fc.Arbitrary<Expression> {
    const most = Math.min(maxArguments, minArguments + 2);
    return fc
      .integer({ min: minArguments, max: most })
      .chain((count) => {
        const types = Array.from({ length: count }, (_, i) => argumentTypes[Math.min(i, argumentTypes.length - 1)]);
        return fc.tuple(
          ...types.map((type, i) => (name === 'info' && i === 1 ? this.#labelSelector() : this.ofType(type, depth))),
        );
      })
      .map((expressions) => ({ kind: 'call', functionName: name, arguments: expressions, position }));
  }

  /** The second argument of `info`. */
  #labelSelector(): fc.Arbitrary<Expression> {
    return fc
      .array(this.#matcher(), { maxLength: 2 })
      .map((matchers) => ({ kind: 'vectorSelector', name: '', matchers, offsetMs: 0, at: undefined, position }));
  }
}

const VECTOR_OPERANDS: readonly (readonly [ValueType, ValueType])[] = [
  ['vector', 'vector'],
  ['vector', 'scalar'],
  ['scalar', 'vector'],
];

function parenthesize(expression: Expression): Expression {
  return { kind: 'parentheses', expression, position };
}

/** How strongly a printed expression holds together. */
function strengthOf(expression: Expression): number {
  if (expression.kind === 'binary') return precedenceOf(expression.operator);
  return Infinity;
}

function wrapLeft(operator: BinaryOperator, left: Expression): Expression {
  const strength = /^[-+]/.test(printExpression(left)) && operator === '^' ? 0 : strengthOf(left);
  const needed = precedenceOf(operator) + (operator === '^' ? 1 : 0);
  return strength < needed ? parenthesize(left) : left;
}

function wrapRight(operator: BinaryOperator, right: Expression): Expression {
  const needed = precedenceOf(operator) + (operator === '^' ? 0 : 1);
  return strengthOf(right) < needed ? parenthesize(right) : right;
}
