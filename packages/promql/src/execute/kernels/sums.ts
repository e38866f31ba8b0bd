import { lossOf } from '../../math/compensated-sum.ts';
import { createFromEnds } from './counting.ts';
import type { WindowKernel, Windows } from './window-kernel.ts';

/** Sums of larger values could overflow on the way, which shows in the result of adding one by one. */
const MAX_SAFE = 1e290;

/** Below this many samples a window is added up anew. */
const MIN_SLIDING_LENGTH = 8;

/**
 * Compensated sums of blocks, for each sample: from its block's start up to it, and from it up to its block's end. A window
 * no longer than a block reaches over one border at the most: its sum is that of two such pieces. Nothing is ever subtracted,
 * so that nothing is lost. Shared: kernels do not wait.
 */
let scratch = createScratch(2048);

interface Scratch {
  readonly headSums: Float64Array;
  readonly headLosses: Float64Array;
  readonly tailSums: Float64Array;
  readonly tailLosses: Float64Array;
}

function createScratch(length: number): Scratch {
  return {
    headSums: new Float64Array(length),
    headLosses: new Float64Array(length),
    tailSums: new Float64Array(length),
    tailLosses: new Float64Array(length),
  };
}

const sumDirectly = createFromEnds(({ values }, first, behind) => {
  let sum = 0;
  let loss = 0;
  for (let i = first; i < behind; i++) {
    const next = sum + values[i];
    loss = next === Infinity || next === -Infinity ? 0 : loss + lossOf(sum, values[i], next);
    sum = next;
  }
  return sum === Infinity || sum === -Infinity ? sum : sum + loss;
});

const averageDirectly = createFromEnds(({ values }, first, behind) => {
  let sum = values[first];
  let loss = 0;
  let isMean = false;
  for (let i = first + 1; i < behind; i++) {
    const count = i - first + 1;
    const next = sum + values[i];
    if (!isMean && next !== Infinity && next !== -Infinity) {
      loss += lossOf(sum, values[i], next);
      sum = next;
      continue;
    }
    if (!isMean) {
      isMean = true;
      sum /= count - 1;
      loss /= count - 1;
    }
    const share = (count - 1) / count;
    const mean = share * sum;
    const added = values[i] / count;
    sum = mean + added;
    loss = sum === Infinity || sum === -Infinity ? 0 : share * loss + lossOf(mean, added, sum);
  }
  const count = behind - first;
  return isMean ? sum + loss : sum / count + loss / count;
});

/** `sum_over_time` and `avg_over_time`, with Neumaier's compensation as in Prometheus. */
export function createSum({ isAverage }: { readonly isAverage: boolean }): WindowKernel {
  const directly = isAverage ? averageDirectly : sumDirectly;
  const fromBlocks = (blockLength: number) => createFromBlocks(blockLength, isAverage);
  return (windows, row, parameters) => {
    const blockLength = longestOverlapping(windows);
    if (blockLength < MIN_SLIDING_LENGTH || !isModerate(windows)) return directly(windows, row, parameters);
    sumBlocks(windows, blockLength);
    return fromBlocks(blockLength)(windows, row, parameters);
  };
}

function createFromBlocks(blockLength: number, isAverage: boolean): WindowKernel {
  return createFromEnds((windows, first, behind) => {
    const sum = sumOfWindow(windows, { first, behind, blockLength });
    return isAverage ? sum / (behind - first) : sum;
  });
}

function sumOfWindow(
  { values, low }: Windows,
  { first, behind, blockLength }: { readonly first: number; readonly behind: number; readonly blockLength: number },
): number {
  const { headSums, headLosses, tailSums, tailLosses } = scratch;
  const last = behind - 1;
  const start = low[0];
  const firstBlock = Math.floor((first - start) / blockLength);
  const lastBlock = Math.floor((last - start) / blockLength);
  if (firstBlock !== lastBlock) {
    const sum = tailSums[first];
    const added = headSums[last];
    const next = sum + added;
    return next + (lossOf(sum, added, next) + tailLosses[first] + headLosses[last]);
  }
  if (first === start + firstBlock * blockLength) return headSums[last] + headLosses[last];
  // Shorter than a block, and inside of one.
  let sum = 0;
  let loss = 0;
  for (let i = first; i < behind; i++) {
    const next = sum + values[i];
    loss += lossOf(sum, values[i], next);
    sum = next;
  }
  return sum + loss;
}

function sumBlocks({ values, low, high, steps }: Windows, blockLength: number): void {
  const start = low[0];
  const end = high[steps - 1];
  if (scratch.headSums.length < end) scratch = createScratch(2 * end);
  const { headSums, headLosses, tailSums, tailLosses } = scratch;
  for (let from = start; from < end; from += blockLength) {
    const to = Math.min(from + blockLength, end);
    addUp({ values, from, to: to - 1, direction: 1 }, headSums, headLosses);
    addUp({ values, from: to - 1, to: from, direction: -1 }, tailSums, tailLosses);
  }
}

/** Running sums from one sample to another, both included. */
function addUp(
  {
    values,
    from,
    to,
    direction,
  }: { readonly values: Float64Array; readonly from: number; readonly to: number; readonly direction: 1 | -1 },
  sums: Float64Array,
  losses: Float64Array,
): void {
  let sum = 0;
  let loss = 0;
  for (let i = from; ; i += direction) {
    const next = sum + values[i];
    const part = next - sum;
    loss += sum - (next - part) + (values[i] - part);
    sum = next;
    sums[i] = sum;
    losses[i] = loss;
    if (i === to) return;
  }
}

/** The length of the longest window, or 0 where they overlap so little that each sample is in one or two of them. */
function longestOverlapping({ low, high, steps }: Windows): number {
  let longest = 0;
  let total = 0;
  for (let step = 0; step < steps; step++) {
    const length = high[step] - low[step];
    total += length;
    if (length > longest) longest = length;
  }
  const samples = steps === 0 ? 0 : high[steps - 1] - low[0];
  return total < 4 * samples ? 0 : longest;
}

function isModerate({ values, low, high, steps }: Windows): boolean {
  for (let i = low[0]; i < high[steps - 1]; i++) if (!(Math.abs(values[i]) < MAX_SAFE)) return false;
  return true;
}
