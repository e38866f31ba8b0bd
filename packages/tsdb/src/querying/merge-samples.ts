import { wordsOf } from '@hearth/model';
import { SampleBuffer } from '../chunk/sample-buffer.ts';

/** Samples by rising time, from `start` up to, not including, `end`. Not empty. */
export interface SampleRun {
  readonly timestamps: Float64Array;
  /** The memory of the values. */
  readonly words: Uint32Array;
  readonly start: number;
  readonly end: number;
}

/** All that a buffer holds. */
export function runOf({ timestamps, words, length }: SampleBuffer): SampleRun {
  return { timestamps, words, start: 0, end: length };
}

export function runOfColumns(
  { timestamps, values }: { readonly timestamps: Float64Array; readonly values: Float64Array },
  { start, end }: { readonly start: number; readonly end: number },
): SampleRun {
  return { timestamps, words: wordsOf(values), start, end };
}

/**
 * Appends the samples of all runs to `target` by time, those with the same time once: of the run that is named first.
 * Linear in the samples when few runs overlap.
 */
export function appendMerged(target: SampleBuffer, runs: readonly SampleRun[]): void {
  if (areApart(runs)) {
    for (const run of runs) appendRun(target, run);
    return;
  }
  const byTime = runs.toSorted((a, b) => a.timestamps[a.start] - b.timestamps[b.start]);
  if (areApart(byTime)) {
    for (const run of byTime) appendRun(target, run);
    return;
  }
  let merged = runs[0];
  for (const run of runs.slice(1, -1)) {
    const both = new SampleBuffer(lengthOf(merged) + lengthOf(run));
    appendBoth(both, merged, run);
    merged = runOf(both);
  }
  appendBoth(target, merged, runs[runs.length - 1]);
}

/** Whether each run ends before the next begins. */
export function areApart(runs: readonly SampleRun[]): boolean {
  return runs.every((run, i) => i === 0 || lastTime(runs[i - 1]) < run.timestamps[run.start]);
}

function lastTime({ timestamps, end }: SampleRun): number {
  return timestamps[end - 1];
}

function lengthOf({ start, end }: SampleRun): number {
  return end - start;
}

export function appendRun(target: SampleBuffer, { timestamps, words, start, end }: SampleRun): void {
  target.reserve(end - start);
  target.timestamps.set(timestamps.subarray(start, end), target.length);
  target.words.set(words.subarray(2 * start, 2 * end), 2 * target.length);
  target.length += end - start;
}

function appendBoth(target: SampleBuffer, first: SampleRun, second: SampleRun): void {
  target.reserve(lengthOf(first) + lengthOf(second));
  const { timestamps, words } = target;
  let { length } = target;
  let i = first.start;
  let j = second.start;
  while (i < first.end && j < second.end) {
    const isFirst = first.timestamps[i] <= second.timestamps[j];
    const [from, at] = isFirst ? [first, i] : [second, j];
    if (isFirst) {
      if (first.timestamps[i] === second.timestamps[j]) j++;
      i++;
    } else {
      j++;
    }
    timestamps[length] = from.timestamps[at];
    words[2 * length] = from.words[2 * at];
    words[2 * length + 1] = from.words[2 * at + 1];
    length++;
  }
  target.length = length;
  appendRun(target, { ...first, start: i });
  appendRun(target, { ...second, start: j });
}
