import type { Windows } from './window-kernel.ts';

/** Below this many samples a window is evaluated anew. */
const MIN_SLIDING_LENGTH = 8;

/** Windows that overlap so little that each sample is in fewer than this many, on average, are evaluated anew. */
const MIN_OVERLAP = 4;

/** Sums of larger values could overflow on the way, which shows in the result of adding one by one. */
const MAX_SAFE = 1e290;

/**
 * A compensated sum is off by at most `length ** 3` times this, times the largest value: the square of a float's precision.
 * Where that could be more than 1e-10 of the result, the order of adding shows.
 */
const DOUBT = 2 ** -106 * 1e10;

/**
 * How long the blocks are that let windows slide: as long as the longest window; 0 where sliding does not pay.
 *
 * Samples are cut into blocks from the first window's first sample on. Each sample knows the result of its block's samples up
 * to it (the head), and of those from it on (the tail). A window reaches over one border at the most, so that its result is
 * that of a tail and a head. Nothing is ever taken away from a result, which could not be done exactly.
 */
export function blockLengthOf({ low, high, steps }: Windows): number {
  if (steps === 0) return 0;
  let longest = 0;
  let total = 0;
  for (let step = 0; step < steps; step++) {
    const length = high[step] - low[step];
    total += length;
    if (length > longest) longest = length;
  }
  const samples = high[steps - 1] - low[0];
  return longest < MIN_SLIDING_LENGTH || total < MIN_OVERLAP * samples ? 0 : longest;
}

/** Grows as needed; shared, since kernels do not wait. */
let doubts = new Float64Array(256);

/**
 * For each border between blocks, the first block's start and the last one's end among them: sums of samples from the blocks on
 * both sides whose absolute value is below this are in doubt, and have to be added up one by one.
 */
export function doubtsAtBorders({ values, low, high, steps }: Windows, blockLength: number): Float64Array {
  const end = high[steps - 1];
  const count = Math.ceil((end - low[0]) / blockLength);
  if (doubts.length <= count) doubts = new Float64Array(2 * count);
  const factor = DOUBT * blockLength ** 3;
  let before = 0;
  for (let block = 0; block < count; block++) {
    const from = low[0] + block * blockLength;
    const doubt = factor * largestOf(values, from, Math.min(from + blockLength, end));
    doubts[block] = Math.max(before, doubt);
    before = doubt;
  }
  doubts[count] = before;
  return doubts;
}

/** Of absolute values, NaNs aside; Infinity where a sum could become so. */
function largestOf(values: Float64Array, first: number, behind: number): number {
  let largest = 0;
  for (let i = first; i < behind; i++) if (Math.abs(values[i]) > largest) largest = Math.abs(values[i]);
  return largest < MAX_SAFE ? largest : Infinity;
}
