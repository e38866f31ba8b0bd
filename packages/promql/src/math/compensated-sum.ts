/**
 * What `sum + value` leaves out of the exact result, which is representable (Neumaier). `next` is the rounded sum. Where that
 * is infinite nothing can be compensated.
 */
export function lossOf(sum: number, value: number, next: number): number {
  if (next === Infinity || next === -Infinity) return 0;
  return Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
}

/** A sum with what it lost. Once it is infinite it stays so, whatever the loss comes to. */
export function withLoss(sum: number, loss: number): number {
  return Number.isFinite(sum) ? sum + loss : sum;
}

/** The sum of the values from `first` up to, not including, `behind`, with what rounding lost on the way added at the end. */
export function compensatedSum(values: Float64Array, first: number, behind: number): number {
  let sum = 0;
  let loss = 0;
  for (let i = first; i < behind; i++) {
    // The same loss as above, without a branch.
    const value = values[i];
    const next = sum + value;
    const part = next - sum;
    loss += sum - (next - part) + (value - part);
    sum = next;
  }
  return withLoss(sum, loss);
}

/** The mean of at least one value: the sum, divided; or, where the sum would overflow, a mean that moves with every value. */
export function compensatedAverage(values: Float64Array, first: number, behind: number): number {
  const sum = compensatedSum(values, first, behind);
  return Number.isFinite(sum) ? sum / (behind - first) : movingAverage(values, first, behind);
}

function movingAverage(values: Float64Array, first: number, behind: number): number {
  let sum = values[first];
  let loss = 0;
  let isMean = false;
  for (let i = first + 1; i < behind; i++) {
    const value = values[i];
    const count = i - first + 1;
    const next = sum + value;
    if (!isMean && Number.isFinite(next)) {
      loss += lossOf(sum, value, next);
      sum = next;
      continue;
    }
    if (!isMean) {
      isMean = true;
      sum /= count - 1;
      loss /= count - 1;
    }
    const share = (count - 1) / count;
    const before = share * sum;
    sum = before + value / count;
    loss = share * loss + lossOf(before, value / count, sum);
    if (Math.abs(sum) === Infinity) loss = 0;
  }
  const count = behind - first;
  return isMean ? sum + loss : sum / count + loss / count;
}
