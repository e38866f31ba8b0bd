import { applyToCells, type Cells, comparison } from '../math/binary-operators.ts';
import type { ArithmeticOperator, ComparisonOperator } from '../syntax/tree.ts';
import type { Row } from './kernels/window-kernel.ts';

interface Operands {
  readonly left: Cells;
  readonly right: Cells;
  /** Written to; may lie over one of the operands. Its presence says which cells count. */
  readonly target: Row;
  readonly steps: number;
}

/** Arithmetic on whole rows; what is not present is computed too, and means nothing. */
export function combineRows(operator: ArithmeticOperator, { left, right, target, steps }: Operands): void {
  applyToCells(operator, { left, right, target, length: steps });
}

/** Compares whole rows: takes away the cells that do not hold and gives the others `passed`, or gives each 0 or 1. */
export function compareRows(
  operator: ComparisonOperator,
  {
    left,
    right,
    passed,
    target,
    steps,
    returnsBool,
  }: Operands & { readonly passed: Cells; readonly returnsBool: boolean },
): void {
  const holds = comparison[operator];
  for (let step = 0; step < steps; step++) {
    const cell = target.start + step;
    if (target.present[cell] === 0) continue;
    const isTrue = holds(left.values[left.start + step], right.values[right.start + step]);
    if (returnsBool) target.values[cell] = isTrue ? 1 : 0;
    else if (isTrue) target.values[cell] = passed.values[passed.start + step];
    else target.present[cell] = 0;
  }
}
