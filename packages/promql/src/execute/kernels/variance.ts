import { lossOf } from '../../math/compensated-sum.ts';
import { evaluateEach } from './ends.ts';
import type { WindowKernel } from './window-kernel.ts';

/** `stdvar_over_time` and `stddev_over_time`. */
export function createVariance({ takesRoot }: { readonly takesRoot: boolean }): WindowKernel {
  const evaluate = takesRoot ? deviationOf : varianceOf;
  return (windows, row) => evaluateEach(windows, row, evaluate);
}

function deviationOf(values: Float64Array, first: number, behind: number): number {
  return Math.sqrt(varianceOf(values, first, behind));
}

/** Welford's method, compensated. It cannot slide: what differs from a mean that moves cannot be taken away exactly. */
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
