import { formatDuration } from '@hearth/model';

export interface InstantEvaluation {
  readonly kind: 'instant';
  /** Absent: the server's now. */
  readonly timeMs?: number;
}

export interface RangeEvaluation {
  readonly kind: 'range';
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

export type Evaluation = InstantEvaluation | RangeEvaluation;

/** What the command line says about time. */
export interface TimeFlags {
  readonly time?: number;
  readonly range?: number;
  readonly start?: number;
  readonly end?: number;
  readonly step?: number;
}

/** Flags that do not go together. The message says which, and what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** More points than most terminals have columns. */
const MAX_DEFAULT_STEPS = 250;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Steps that people count in. Beyond the last one it is whole days. */
const DEFAULT_STEPS_MS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 20, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 20, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
];

/** Throws a UsageError. */
export function chooseEvaluation(flags: TimeFlags, nowMs: () => number): Evaluation {
  const { time, range, start, end, step } = flags;
  if (range === undefined && start === undefined) {
    if (end !== undefined) throw new UsageError('--end needs --start, or --range');
    if (step !== undefined) throw new UsageError('--step needs --range, or --start');
    return { kind: 'instant', ...(time !== undefined && { timeMs: time }) };
  }
  if (time !== undefined) throw new UsageError('--time is for one moment; --end says where a range ends');
  if (range !== undefined && start !== undefined && end !== undefined) {
    throw new UsageError('of --range, --start and --end two are enough');
  }
  const { startMs, endMs } = timesOf(flags, nowMs);
  if (endMs < startMs) throw new UsageError('the range ends before it starts');
  return { kind: 'range', startMs, endMs, stepMs: step ?? defaultStepMs(endMs - startMs) };
}

function timesOf({ range = 0, start, end }: TimeFlags, nowMs: () => number): { startMs: number; endMs: number } {
  if (start === undefined) {
    const endMs = end ?? thisSecond(nowMs);
    return { startMs: endMs - range, endMs };
  }
  return { startMs: start, endMs: end ?? (range > 0 ? start + range : thisSecond(nowMs)) };
}

function thisSecond(nowMs: () => number): number {
  return Math.floor(nowMs() / SECOND_MS) * SECOND_MS;
}

function defaultStepMs(rangeMs: number): number {
  const leastMs = rangeMs / MAX_DEFAULT_STEPS;
  return DEFAULT_STEPS_MS.find((stepMs) => stepMs >= leastMs) ?? Math.ceil(leastMs / DAY_MS) * DAY_MS;
}

/** The parameters of the API for it. */
export function evaluationParameters(evaluation: Evaluation): Readonly<Record<string, string>> {
  if (evaluation.kind === 'instant') {
    return evaluation.timeMs === undefined ? {} : { time: toSeconds(evaluation.timeMs) };
  }
  const { startMs, endMs, stepMs } = evaluation;
  return { start: toSeconds(startMs), end: toSeconds(endMs), step: formatDuration(stepMs) };
}

export function toSeconds(timestampMs: number): string {
  return String(timestampMs / 1000);
}
