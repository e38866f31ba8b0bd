import { compareUtf8, formatDuration, formatFloat, isValidLabelName, METRIC_NAME, quoteGo } from '@hearth/model';
import type {
  Aggregation,
  BinaryExpression,
  Expression,
  MatrixSelector,
  NumberLiteral,
  Subquery,
  TimeModifiers,
  VectorSelector,
} from './tree.ts';

/**
 * Prints an expression on one line, as Prometheus does. Parsed again, it gives the same tree, but for what is below a
 * millisecond. The one difference: `{}`, which only `info` takes, stays `{}` instead of nothing.
 */
export function printExpression(expression: Expression): string {
  return printNode(expression, printExpression);
}

/** @internal Prints one node, and leaves what is below it to `print`. */
export function printNode(node: Expression, print: (child: Expression) => string): string {
  switch (node.kind) {
    case 'number':
      return printNumber(node);
    case 'string':
      return quoteGo(node.value);
    case 'vectorSelector':
      return printSelector(node) + printTimeModifiers(node);
    case 'matrixSelector':
      return printMatrixSelector(node);
    case 'subquery':
      return print(node.expression) + printSubqueryTail(node);
    case 'parentheses':
      return `(${print(node.expression)})`;
    case 'unary':
      return node.operator + print(node.expression);
    case 'binary':
      return `${print(node.left)} ${printOperator(node)} ${print(node.right)}`;
    case 'aggregation': {
      const parameter = node.parameter === undefined ? '' : `${print(node.parameter)}, `;
      return `${printAggregationHead(node)}(${parameter}${print(node.expression)})`;
    }
    case 'call':
      return `${node.functionName}(${node.arguments.map(print).join(', ')})`;
  }
}

function printNumber({ value, isDuration }: NumberLiteral): string {
  // Through whole nanoseconds, as in Prometheus.
  return isDuration ? formatDuration(Math.trunc(value * 1e9) / 1e6) : formatFloat(value, 'f');
}

function printSelector({ name, matchers }: VectorSelector): string {
  const isName = (label: string, value: string) => label === METRIC_NAME && value === name && name !== '';
  const printed = matchers.filter((matcher) => !(matcher.type === '=' && isName(matcher.name, matcher.value)));
  if (printed.length === 0) return name === '' ? '{}' : name;
  return `${name}{${printed.map(String).toSorted(compareUtf8).join(',')}}`;
}

function printMatrixSelector({ selector, rangeMs }: MatrixSelector): string {
  return `${printSelector(selector)}[${formatDuration(rangeMs)}]${printTimeModifiers(selector)}`;
}

function printTimeModifiers({ at, offsetMs }: TimeModifiers): string {
  const printedOffset = offsetMs === 0 ? '' : ` offset ${formatDuration(offsetMs)}`;
  if (at === undefined) return printedOffset;
  const time = at.kind === 'timestamp' ? (at.timestampMs / 1000).toFixed(3) : `${at.kind}()`;
  return ` @ ${time}${printedOffset}`;
}

/** @internal `[5m:1m] offset 1h` */
export function printSubqueryTail(subquery: Subquery): string {
  const { rangeMs, stepMs } = subquery;
  const step = stepMs === undefined ? '' : formatDuration(stepMs);
  return `[${formatDuration(rangeMs)}:${step}]${printTimeModifiers(subquery)}`;
}

/** @internal `sum by (job) `, up to the parenthesis. */
export function printAggregationHead({ operator, without, grouping }: Aggregation): string {
  if (without) return `${operator} without (${printLabels(grouping)}) `;
  return grouping.length === 0 ? operator : `${operator} by (${printLabels(grouping)}) `;
}

/** @internal `> bool on (job) group_left ()` */
export function printOperator({ operator, returnsBool, matching }: BinaryExpression): string {
  const printed = returnsBool ? `${operator} bool` : operator;
  if (matching === undefined) return printed;
  const { cardinality, on, labels, include } = matching;
  const isGrouped = cardinality === 'many-to-one' || cardinality === 'one-to-many';
  const hasLabels = labels.length > 0 || on || isGrouped;
  const match = hasLabels ? ` ${on ? 'on' : 'ignoring'} (${printLabels(labels)})` : '';
  const side = cardinality === 'many-to-one' ? 'left' : 'right';
  const group = isGrouped ? ` group_${side} (${printLabels(include)})` : '';
  return printed + match + group;
}

function printLabels(names: readonly string[]): string {
  return names.map((name) => (isValidLabelName(name, 'legacy') ? name : quoteGo(name))).join(', ');
}
