import { lossOf } from '../../math/compensated-sum.ts';
import { markPresent } from './ends.ts';
import { findNaN } from './find-nan.ts';
import type { WindowKernel } from './window-kernel.ts';

/**
 * `stdvar_over_time` and `stddev_over_time`. They cannot slide: what differs from a mean that moves cannot be taken away
 * exactly. But each step of the method waits for the one before, so that the windows of two steps are done in the time of one.
 */
export function createVariance({ takesRoot }: { readonly takesRoot: boolean }): WindowKernel {
  return (windows, row) => {
    const { values, low, high, steps } = windows;
    const cells = row.values.subarray(row.start, row.start + steps);
    let step = 0;
    while (step < steps) {
      const length = high[step] - low[step];
      const isPair = step + 1 < steps && length > 0 && high[step + 1] - low[step + 1] === length;
      if (isPair) writePair(cells, step, { values, first: low[step], second: low[step + 1], length });
      else if (length > 0) cells[step] = varianceOf(values, low[step], high[step]);
      step += isPair ? 2 : 1;
    }
    if (takesRoot) for (let i = 0; i < steps; i++) cells[i] = Math.sqrt(cells[i]);
    return markPresent(windows, row);
  };
}

interface Pair {
  readonly values: Float64Array;
  /** Where each of the two windows starts. */
  readonly first: number;
  readonly second: number;
  readonly length: number;
}

/** The same as below for two windows of one length, step by step, as long as nothing is infinite. */
function writePair(cells: Float64Array, step: number, { values, first, second, length }: Pair): void {
  let [meanA, meanLossA, squaresA, squaresLossA] = [0, 0, 0, 0];
  let [meanB, meanLossB, squaresB, squaresLossB] = [0, 0, 0, 0];
  for (let i = 0; i < length; i++) {
    const valueA = values[first + i];
    const valueB = values[second + i];
    const differenceA = valueA - (meanA + meanLossA);
    const differenceB = valueB - (meanB + meanLossB);
    const shareA = differenceA / (i + 1);
    const shareB = differenceB / (i + 1);
    const nextA = meanA + shareA;
    const nextB = meanB + shareB;
    const partA = nextA - meanA;
    const partB = nextB - meanB;
    meanLossA += meanA - (nextA - partA) + (shareA - partA);
    meanLossB += meanB - (nextB - partB) + (shareB - partB);
    meanA = nextA;
    meanB = nextB;
    const squareA = differenceA * (valueA - (meanA + meanLossA));
    const squareB = differenceB * (valueB - (meanB + meanLossB));
    const sumA = squaresA + squareA;
    const sumB = squaresB + squareB;
    const addedA = sumA - squaresA;
    const addedB = sumB - squaresB;
    squaresLossA += squaresA - (sumA - addedA) + (squareA - addedA);
    squaresLossB += squaresB - (sumB - addedB) + (squareB - addedB);
    squaresA = sumA;
    squaresB = sumB;
  }
  const varianceA = (squaresA + squaresLossA) / length;
  const varianceB = (squaresB + squaresLossB) / length;
  cells[step] = Number.isNaN(varianceA) ? specialVarianceOf(values, first, first + length) : varianceA;
  cells[step + 1] = Number.isNaN(varianceB) ? specialVarianceOf(values, second, second + length) : varianceB;
}

/** Of a window that holds a NaN, or on the way to whose variance something was infinite. */
function specialVarianceOf(values: Float64Array, first: number, behind: number): number {
  return findNaN(values, first, behind) < behind ? Number.NaN : varianceOf(values, first, behind);
}

/** Welford's method, compensated. */
function varianceOf(values: Float64Array, first: number, behind: number): number {
  let mean = 0;
  let meanLoss = 0;
  let squares = 0;
  let squaresLoss = 0;
  for (let i = first; i < behind; i++) {
    const difference = values[i] - (mean + meanLoss);
    const share = difference / (i - first + 1);
    const nextMean = mean + share;
    meanLoss = isInfinite(nextMean) ? 0 : meanLoss + lossOf(mean, share, nextMean);
    mean = nextMean;
    const square = difference * (values[i] - (mean + meanLoss));
    const nextSquares = squares + square;
    squaresLoss = isInfinite(nextSquares) ? 0 : squaresLoss + lossOf(squares, square, nextSquares);
    squares = nextSquares;
  }
  return (squares + squaresLoss) / (behind - first);
}

function isInfinite(value: number): boolean {
  return value === Infinity || value === -Infinity;
}
