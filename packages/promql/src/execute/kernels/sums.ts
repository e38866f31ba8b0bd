import { compensatedAverage, compensatedSum } from '../../math/compensated-sum.ts';
import { blockLengthOf, doubtsAtBorders } from './blocks.ts';
import { evaluateEach, markPresent } from './ends.ts';
import { findNaN } from './find-nan.ts';
import type { Row, WindowKernel, Windows } from './window-kernel.ts';

/** Compensated sums of heads and tails, by the sample's distance from the first. Shared: kernels do not wait. */
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

/** `sum_over_time` and `avg_over_time`, with Neumaier's compensation as in Prometheus. */
export function createSum({ isAverage }: { readonly isAverage: boolean }): WindowKernel {
  const evaluate = isAverage ? compensatedAverage : compensatedSum;
  return (windows, row) => {
    const blockLength = blockLengthOf(windows);
    if (blockLength === 0) return evaluateEach(windows, row, evaluate);
    sumBlocks(windows, blockLength);
    return combineBlocks(windows, row, { blockLength, isAverage });
  };
}

function combineBlocks(
  windows: Windows,
  row: Row,
  { blockLength, isAverage }: { readonly blockLength: number; readonly isAverage: boolean },
): number {
  const { values, low, high, steps } = windows;
  const { headSums, headLosses, tailSums, tailLosses } = scratch;
  const doubts = doubtsAtBorders(windows, blockLength);
  const evaluate = isAverage ? compensatedAverage : compensatedSum;
  const start = low[0];
  let border = 0;
  let block = 0;
  let nextNaN = -1;
  for (let step = 0; step < steps; step++) {
    const first = low[step] - start;
    const behind = high[step] - start;
    if (first === behind) continue;
    while (border < first) {
      border += blockLength;
      block++;
    }
    // Of a window inside of a block nothing is known.
    let sum = Number.NaN;
    if (first === border) {
      sum = headSums[behind - 1] + headLosses[behind - 1];
    } else if (behind > border) {
      const tail = tailSums[first];
      const head = headSums[behind - 1];
      const both = tail + head;
      const part = both - tail;
      sum = both + (tail - (both - part) + (head - part) + tailLosses[first] + headLosses[behind - 1]);
    }
    if (Math.abs(sum) >= doubts[block]) {
      row.values[row.start + step] = isAverage ? sum / (behind - first) : sum;
      continue;
    }
    // In doubt or NaN, which infinite values and overflows lead to as well.
    if (nextNaN < low[step]) nextNaN = findNaN(values, low[step], high[steps - 1]);
    row.values[row.start + step] = nextNaN < high[step] ? Number.NaN : evaluate(values, low[step], high[step]);
  }
  return markPresent(windows, row);
}

function sumBlocks({ values, low, high, steps }: Windows, blockLength: number): void {
  const start = low[0];
  const length = high[steps - 1] - start;
  if (scratch.headSums.length < length) scratch = createScratch(2 * length);
  for (let from = 0; from < length; from += blockLength) {
    const block = { values, start, from, to: Math.min(from + blockLength, length) };
    sumHeads(block);
    sumTails(block);
  }
}

interface Block {
  readonly values: Float64Array;
  /** Of the values, the first window's first. */
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

function sumHeads({ values, start, from, to }: Block): void {
  const { headSums, headLosses } = scratch;
  let sum = 0;
  let loss = 0;
  for (let i = from; i < to; i++) {
    const value = values[start + i];
    const next = sum + value;
    const part = next - sum;
    loss += sum - (next - part) + (value - part);
    sum = next;
    headSums[i] = sum;
    headLosses[i] = loss;
  }
}

function sumTails({ values, start, from, to }: Block): void {
  const { tailSums, tailLosses } = scratch;
  let sum = 0;
  let loss = 0;
  for (let i = to - 1; i >= from; i--) {
    const value = values[start + i];
    const next = sum + value;
    const part = next - sum;
    loss += sum - (next - part) + (value - part);
    sum = next;
    tailSums[i] = sum;
    tailLosses[i] = loss;
  }
}
