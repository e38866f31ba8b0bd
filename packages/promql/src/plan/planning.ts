import type { Matcher } from '@hearth/model';
import type { Expression, PositionRange, Subquery, TimeModifiers } from '../syntax/tree.ts';
import type { Grid, TimeShift } from './grid.ts';
import type { ScalarPlan, ScanOutput, ScanReference, VectorPlan } from './plan.ts';

export interface PlanOptions {
  readonly lookbackMs: number;
  readonly defaultSubqueryStepMs: (rangeMs: number) => number;
  /** Names go at the end: what would be united on the way is united there. */
  readonly delayedNameRemoval: boolean;
  readonly maxSteps: number;
}

/**
 * What the planning of one kind of node may ask of the rest. `vector` and `scalar` plan what does not depend on the step on
 * the grid's first step only.
 */
export interface Planning {
  readonly options: PlanOptions;
  /** Of the whole query: what `start()`, `end()`, `step()` and `range()` mean. */
  readonly queryGrid: Grid;
  readonly queryEndMs: number;
  vector(expression: Expression, grid: Grid): VectorPlan;
  scalar(expression: Expression, grid: Grid): ScalarPlan;
  shiftOf(modifiers: TimeModifiers): TimeShift;
  scan(matchers: readonly Matcher[], position: PositionRange, compute: ScanOutput['compute']): ScanReference;
  /** The grid on which a subquery's expression is evaluated, for all steps of the grid around it. */
  subqueryGrid(subquery: Subquery, grid: Grid): Grid;
}
