/** The times of an evaluation: `startMs`, `startMs + stepMs`, …, `steps` of them. */
export interface Grid {
  readonly startMs: number;
  /** Positive, whatever the number of steps. */
  readonly stepMs: number;
  /** Zero where an evaluation ends before it starts. */
  readonly steps: number;
}

export function gridBetween({
  startMs,
  endMs,
  stepMs,
}: {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}): Grid {
  return { startMs, stepMs, steps: endMs < startMs ? 0 : Math.floor((endMs - startMs) / stepMs) + 1 };
}

/** The same start, once: what does not depend on the step is evaluated here. */
export function firstStepOf(grid: Grid): Grid {
  return { ...grid, steps: Math.min(grid.steps, 1) };
}

export function lastStepOf({ startMs, stepMs, steps }: Grid): number {
  return startMs + Math.max(steps - 1, 0) * stepMs;
}

/**
 * Where a selector looks for the step at `t`: at `t - offsetMs`, or, under `@`, at `atMs - offsetMs` whatever the step.
 */
export interface TimeShift {
  readonly offsetMs: number;
  readonly atMs: number | undefined;
}

/** The shifted time of step 0, and how far each further step is from the one before. */
export function shiftedGrid(
  grid: Grid,
  { offsetMs, atMs }: TimeShift,
): { readonly firstMs: number; readonly strideMs: number } {
  return atMs === undefined
    ? { firstMs: grid.startMs - offsetMs, strideMs: grid.stepMs }
    : { firstMs: atMs - offsetMs, strideMs: 0 };
}
