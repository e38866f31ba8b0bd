import type { ArithmeticOperator, BinaryOperator, ComparisonOperator } from '../syntax/tree.ts';

/** Powers as in Go: where JavaScript gives NaN for 1 to any power, and for -1 to an infinite one, the answer is 1. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  return base ** exponent;
}

export const arithmetic: Readonly<Record<ArithmeticOperator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': power,
  atan2: Math.atan2,
};

export const comparison: Readonly<Record<ComparisonOperator, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
};

export function isComparison(operator: BinaryOperator): operator is ComparisonOperator {
  return Object.hasOwn(comparison, operator);
}

/** Between scalars a comparison gives 1 or 0. */
export function applyScalars(operator: ArithmeticOperator | ComparisonOperator, a: number, b: number): number {
  return isComparison(operator) ? Number(comparison[operator](a, b)) : arithmetic[operator](a, b);
}

/** A run of cells in a column. */
export interface Cells {
  readonly values: Float64Array;
  readonly start: number;
}

/** Applies an operator to `length` pairs of cells. The target may lie over one of the operands. */
export function applyToCells(
  operator: ArithmeticOperator,
  {
    left,
    right,
    target,
    length,
  }: { readonly left: Cells; readonly right: Cells; readonly target: Cells; readonly length: number },
): void {
  const [a, b, result] = [left.values, right.values, target.values];
  const [i, j, k] = [left.start, right.start, target.start];
  // One loop an operator: a call for every cell would cost more than what it computes.
  switch (operator) {
    case '+':
      for (let n = 0; n < length; n++) result[k + n] = a[i + n] + b[j + n];
      return;
    case '-':
      for (let n = 0; n < length; n++) result[k + n] = a[i + n] - b[j + n];
      return;
    case '*':
      for (let n = 0; n < length; n++) result[k + n] = a[i + n] * b[j + n];
      return;
    case '/':
      for (let n = 0; n < length; n++) result[k + n] = a[i + n] / b[j + n];
      return;
    case '%':
    case '^':
    case 'atan2': {
      const apply = arithmetic[operator];
      for (let n = 0; n < length; n++) result[k + n] = apply(a[i + n], b[j + n]);
      return;
    }
  }
}
