import { lossOf } from '../../math/compensated-sum.ts';
import { type Blocks, blockStart, tryBlocks } from './blocks.ts';
import { createFromEnds } from './counting.ts';
import type { Row, WindowKernel, Windows } from './window-kernel.ts';

/** Sums of larger values could overflow on the way, which shows in the result of adding one by one. */
const MAX_VALUE = 1e290;

/** Compensated running sums: what was added, and what was lost in doing so. */
interface RunningSums {
  readonly sums: Float64Array;
  readonly losses: Float64Array;
}

function createRunningSums(length: number): RunningSums {
  return { sums: new Float64Array(length), losses: new Float64Array(length) };
}

/** Heads and tails of the blocks. Shared: kernels do not wait. */
let heads = createRunningSums(2048);
let tails = createRunningSums(2048);

/** `sum_over_time` and `avg_over_time`, with Neumaier's compensation as in Prometheus. */
export function createSum({ isAverage }: { readonly isAverage: boolean }): WindowKernel {
  const directly = createFromEnds(isAverage ? averageOf : sumOf);
  return (windows, row, parameters) => {
    const blocks = tryBlocks(windows, { maxValue: MAX_VALUE });
    if (blocks === undefined) return directly(windows, row, parameters);
    sumBlocks(windows.values, blocks);
    return writeFromBlocks(windows, blocks, { row, isAverage });
  };
}

function writeFromBlocks(
  windows: Windows,
  blocks: Blocks,
  { row, isAverage }: { readonly row: Row; readonly isAverage: boolean },
): number {
  const { low, high, steps } = windows;
  let count = 0;
  for (let step = 0; step < steps; step++) {
    const first = low[step];
    const behind = high[step];
    const isThere = first < behind;
    row.present[row.start + step] = isThere ? 1 : 0;
    if (!isThere) continue;
    const sum = sumOfPieces(windows, blocks, first, behind);
    row.values[row.start + step] = isAverage ? sum / (behind - first) : sum;
    count++;
  }
  return count;
}

function sumBlocks(values: Float64Array, { start, end, length }: Blocks): void {
  if (heads.sums.length < end) {
    heads = createRunningSums(2 * end);
    tails = createRunningSums(2 * end);
  }
  for (let from = start; from < end; from += length) {
    const to = Math.min(from + length, end);
    addUp({ values, from, to, direction: 1 }, heads);
    addUp({ values, from: to - 1, to: from - 1, direction: -1 }, tails);
  }
}

interface Run {
  readonly values: Float64Array;
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly direction: 1 | -1;
}

function addUp({ values, from, to, direction }: Run, { sums, losses }: RunningSums): void {
  let sum = 0;
  let loss = 0;
  for (let i = from; i !== to; i += direction) {
    const next = sum + values[i];
    const part = next - sum;
    loss += sum - (next - part) + (values[i] - part);
    sum = next;
    sums[i] = sum;
    losses[i] = loss;
  }
}

function sumOfPieces(windows: Windows, blocks: Blocks, first: number, behind: number): number {
  const last = behind - 1;
  const border = blockStart(blocks, last);
  if (first === border) return heads.sums[last] + heads.losses[last];
  // Shorter than a block, and inside of one.
  if (first > border) return sumOf(windows, first, behind);
  const sum = tails.sums[first];
  const added = heads.sums[last];
  const next = sum + added;
  return next + (lossOf(sum, added, next) + tails.losses[first] + heads.losses[last]);
}

function sumOf({ values }: Windows, first: number, behind: number): number {
  let sum = 0;
  let loss = 0;
  for (let i = first; i < behind; i++) {
    const next = sum + values[i];
    loss = isInfinite(next) ? 0 : loss + lossOf(sum, values[i], next);
    sum = next;
  }
  return isInfinite(sum) ? sum : sum + loss;
}

/** The sum divided by the count as long as the sum does not overflow, then a running mean. */
function averageOf({ values }: Windows, first: number, behind: number): number {
  let sum = values[first];
  let loss = 0;
  let isMean = false;
  for (let i = first + 1; i < behind; i++) {
    const count = i - first + 1;
    const next = sum + values[i];
    if (!isMean && !isInfinite(next)) {
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
    loss = isInfinite(sum) ? 0 : share * loss + lossOf(mean, added, sum);
  }
  const count = behind - first;
  return isMean ? sum + loss : sum / count + loss / count;
}

function isInfinite(value: number): boolean {
  return value === Infinity || value === -Infinity;
}
