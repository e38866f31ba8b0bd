import type { Pace } from '../file/pace.ts';

/** Sorted at once; longer arrays are merged from such runs. */
const RUN = 512;
const STEPS_BETWEEN_RESTS = 512;

/** The items in order, stably, with rests for the event loop. Takes the array over. */
export async function sortPaced<T>(items: T[], compare: (a: T, b: T) => number, pace: Pace): Promise<T[]> {
  if (items.length <= RUN) return items.sort(compare);
  let from: T[] = [];
  for (let start = 0; start < items.length; start += RUN) {
    from.push(...items.slice(start, start + RUN).sort(compare));
    await pace();
  }
  let to = from.slice();
  for (let width = RUN; width < items.length; width *= 2) {
    for (let start = 0; start < items.length; start += 2 * width) {
      await merge(from, to, { start, width, compare, pace });
    }
    [from, to] = [to, from];
  }
  return from;
}

interface Merge<T> {
  readonly start: number;
  readonly width: number;
  readonly compare: (a: T, b: T) => number;
  readonly pace: Pace;
}

async function merge<T>(from: readonly T[], to: T[], { start, width, compare, pace }: Merge<T>): Promise<void> {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(start + 2 * width, from.length);
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const takesLeft = left < middle && (right >= end || compare(from[left], from[right]) <= 0);
    to[at] = takesLeft ? from[left++] : from[right++];
    if (at % STEPS_BETWEEN_RESTS !== 0) continue;
    const rest = pace();
    if (rest !== undefined) await rest;
  }
}
