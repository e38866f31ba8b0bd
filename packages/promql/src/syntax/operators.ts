import type { BinaryOperator, ComparisonOperator, SetOperator } from './tree.ts';

const PRECEDENCES: ReadonlyMap<string, number> = new Map<BinaryOperator, number>([
  ['or', 1],
  ['and', 2],
  ['unless', 2],
  ['==', 3],
  ['!=', 3],
  ['<', 3],
  ['<=', 3],
  ['>', 3],
  ['>=', 3],
  ['+', 4],
  ['-', 4],
  ['*', 5],
  ['/', 5],
  ['%', 5],
  ['atan2', 5],
  ['^', 6],
]);

/** A sign binds like `*`: `-2 ^ 2` is `-(2 ^ 2)`. */
export const SIGN_PRECEDENCE = 6;

export function isBinaryOperator(operator: string): operator is BinaryOperator {
  return PRECEDENCES.has(operator);
}

/** The higher, the stronger it binds. All bind to the left, but for `^`. */
export function precedenceOf(operator: BinaryOperator): number {
  return PRECEDENCES.get(operator)!;
}

export function isComparison(operator: BinaryOperator): operator is ComparisonOperator {
  return precedenceOf(operator) === 3;
}

export function isSetOperator(operator: BinaryOperator): operator is SetOperator {
  return precedenceOf(operator) < 3;
}
