import type { Pace } from '../file/pace.ts';

/** Lists of series: ascending, without repetition. Results may be one of the lists that were given, which stay as they are. */
export type Postings = Uint32Array;

export const NO_POSTINGS: Postings = new Uint32Array(0);

/** What is in both lists. Costs little where one of them is much shorter. */
export function intersect(a: Postings, b: Postings): Postings {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  const both = new Uint32Array(short.length);
  let length = 0;
  let at = 0;
  for (const ref of short) {
    at = seek(long, ref, at);
    if (at === long.length) break;
    if (long[at] === ref) both[length++] = ref;
  }
  return both.subarray(0, length);
}

/** What is in `from` and not in `taken`. */
export function without(from: Postings, taken: Postings): Postings {
  if (taken.length === 0) return from;
  const left = new Uint32Array(from.length);
  let length = 0;
  let at = 0;
  for (const ref of from) {
    at = seek(taken, ref, at);
    if (taken[at] !== ref) left[length++] = ref;
  }
  return left.subarray(0, length);
}

/** What is in any of the lists. They are joined two by two, with rests between. */
export async function union(lists: readonly Postings[], pace: Pace): Promise<Postings> {
  let round = lists.filter(({ length }) => length > 0);
  while (round.length > 1) {
    const next: Postings[] = [];
    for (let i = 0; i < round.length; i += 2) {
      next.push(i + 1 < round.length ? unionOfTwo(round[i], round[i + 1]) : round[i]);
      const rest = pace();
      if (rest !== undefined) await rest;
    }
    round = next;
  }
  return round[0] ?? NO_POSTINGS;
}

/** Whether the lists have a series in common. */
export function intersects(a: Postings, b: Postings): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  let at = 0;
  for (const ref of short) {
    at = seek(long, ref, at);
    if (at === long.length) return false;
    if (long[at] === ref) return true;
  }
  return false;
}

function unionOfTwo(a: Postings, b: Postings): Postings {
  const all = new Uint32Array(a.length + b.length);
  let [length, i, j] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const [left, right] = [a[i], b[j]];
    all[length++] = left < right ? left : right;
    if (left <= right) i++;
    if (right <= left) j++;
  }
  all.set(a.subarray(i), length);
  length += a.length - i;
  all.set(b.subarray(j), length);
  return all.subarray(0, length + b.length - j);
}

/** The first place from `from` on that holds `ref` or more: in steps that double, then by halves. */
function seek(list: Postings, ref: number, from: number): number {
  if (from >= list.length || list[from] >= ref) return from;
  let step = 1;
  let below = from;
  while (below + step < list.length && list[below + step] < ref) {
    below += step;
    step *= 2;
  }
  let above = Math.min(below + step, list.length);
  while (above - below > 1) {
    const middle = (below + above) >>> 1;
    if (list[middle] < ref) below = middle;
    else above = middle;
  }
  return above;
}
