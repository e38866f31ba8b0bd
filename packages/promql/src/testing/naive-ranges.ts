/** A sample of one series; times in Unix milliseconds. */
export interface NaiveSample {
  readonly t: number;
  readonly v: number;
}

/** A window: its samples, by rising time, and what it is evaluated for. */
export interface NaiveWindow {
  readonly samples: readonly NaiveSample[];
  /** The window reaches from `endMs - rangeMs`, outside, to `endMs`, inside. */
  readonly endMs: number;
  readonly rangeMs: number;
  readonly evaluationMs: number;
}

/** A function over range vectors as its definition says it, sample by sample. `undefined`: no result. */
export type NaiveRangeFunction = (window: NaiveWindow, parameters: readonly number[]) => number | undefined;

/** A sum and what rounding took from it: Kahan's method in Neumaier's form, whose steps Prometheus takes. */
type Compensated = readonly [number, number];

function added(value: number, [sum, loss]: Compensated): Compensated {
  const next = sum + value;
  if (Math.abs(next) === Infinity) return [next, 0];
  return [next, loss + (Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum)];
}

function sumOf(numbers: readonly number[]): number {
  const [sum, loss] = numbers.reduce<Compensated>((total, number) => added(number, total), [0, 0]);
  return Math.abs(sum) === Infinity ? sum : sum + loss;
}

/** The sum, divided; from where that overflows on, a mean that moves with every number. */
function meanOf(numbers: readonly number[]): number {
  let total: Compensated = [numbers[0], 0];
  let isMean = false;
  for (let i = 1; i < numbers.length; i++) {
    const next = added(numbers[i], total);
    if (!isMean && Math.abs(next[0]) !== Infinity) {
      total = next;
      continue;
    }
    if (!isMean) total = [total[0] / i, total[1] / i];
    isMean = true;
    const share = i / (i + 1);
    total = added(numbers[i] / (i + 1), [share * total[0], share * total[1]]);
  }
  const divisor = isMean ? 1 : numbers.length;
  return total[0] / divisor + total[1] / divisor;
}

const valuesOf = ({ samples }: NaiveWindow) => samples.map(({ v }) => v);

function ofValues(compute: (values: readonly number[], parameters: readonly number[]) => number): NaiveRangeFunction {
  return (window, parameters) => (window.samples.length === 0 ? undefined : compute(valuesOf(window), parameters));
}

function pairs<T>(list: readonly T[]): readonly (readonly [T, T])[] {
  return list.slice(1).map((item, i) => [list[i], item] as const);
}

/** The worst is NaN; of the rest the one that no other beats. */
function best(values: readonly number[], beats: (a: number, b: number) => boolean): number {
  return values.reduce((winner, value) => (beats(value, winner) || Number.isNaN(winner) ? value : winner));
}

export function naiveQuantile(q: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const sorted = [...values.filter(Number.isNaN), ...values.filter((v) => !Number.isNaN(v)).sort((a, b) => a - b)];
  const rank = q * (sorted.length - 1);
  const lower = Math.floor(rank);
  const weight = rank - lower;
  return sorted[lower] * (1 - weight) + sorted[Math.min(lower + 1, sorted.length - 1)] * weight;
}

function variance(values: readonly number[]): number {
  let mean: Compensated = [0, 0];
  let squares: Compensated = [0, 0];
  values.forEach((value, i) => {
    const difference = value - (mean[0] + mean[1]);
    mean = added(difference / (i + 1), mean);
    squares = added(difference * (value - (mean[0] + mean[1])), squares);
  });
  return (squares[0] + squares[1]) / values.length;
}

function rate({ isCounter, isRate }: { readonly isCounter: boolean; readonly isRate: boolean }): NaiveRangeFunction {
  return ({ samples, endMs, rangeMs }) => {
    if (samples.length < 2) return undefined;
    const [first, last] = [samples[0], samples[samples.length - 1]];
    let increase = last.v - first.v;
    if (isCounter) for (const [before, after] of pairs(samples)) if (after.v < before.v) increase += before.v;
    const sampled = (last.t - first.t) / 1000;
    const average = sampled / (samples.length - 1);
    let toStart = (first.t - (endMs - rangeMs)) / 1000;
    let toEnd = (endMs - last.t) / 1000;
    if (toStart >= average * 1.1) toStart = average / 2;
    if (toEnd >= average * 1.1) toEnd = average / 2;
    if (isCounter && increase > 0 && first.v >= 0) toStart = Math.min(toStart, sampled * (first.v / increase));
    const extrapolated = increase * ((sampled + toStart + toEnd) / sampled);
    return isRate ? extrapolated / (rangeMs / 1000) : extrapolated;
  };
}

function instantRate(isRate: boolean): NaiveRangeFunction {
  return ({ samples }) => {
    if (samples.length < 2) return undefined;
    const [before, last] = samples.slice(-2);
    const difference = isRate && last.v < before.v ? last.v : last.v - before.v;
    return isRate ? difference / ((last.t - before.t) / 1000) : difference;
  };
}

function fitLine(
  samples: readonly NaiveSample[],
  originMs: number,
): { readonly slope: number; readonly intercept: number } {
  if (samples.every(({ v }) => v === samples[0].v)) {
    return Number.isFinite(samples[0].v)
      ? { slope: 0, intercept: samples[0].v }
      : { slope: Number.NaN, intercept: Number.NaN };
  }
  const xs = samples.map(({ t }) => (t - originMs) / 1000);
  const [sumX, sumY] = [sumOf(xs), sumOf(samples.map(({ v }) => v))];
  const covariance = sumOf(samples.map(({ v }, i) => xs[i] * v)) - (sumX * sumY) / samples.length;
  const slope = covariance / (sumOf(xs.map((x) => x * x)) - (sumX * sumX) / samples.length);
  return { slope, intercept: sumY / samples.length - (slope * sumX) / samples.length };
}

function smooth({ samples }: NaiveWindow, [levelFactor, trendFactor]: readonly number[]): number | undefined {
  if (samples.length < 2) return undefined;
  let [before, level] = [0, samples[0].v];
  let trend = samples[1].v - samples[0].v;
  samples.slice(1).forEach(({ v }, i) => {
    if (i > 0) trend = trendFactor * (level - before) + (1 - trendFactor) * trend;
    [before, level] = [level, levelFactor * v + (1 - levelFactor) * (level + trend)];
  });
  return level;
}

function timeOfBest(beats: (a: number, b: number) => boolean): NaiveRangeFunction {
  return ({ samples }) => {
    const winner = best(
      samples.map(({ v }) => v),
      beats,
    );
    const last = samples.findLast(({ v }) => Object.is(v, winner) || v === winner);
    return last && last.t / 1000;
  };
}

/** By name. */
export const naiveRangeFunctions: Readonly<Record<string, NaiveRangeFunction>> = {
  avg_over_time: ofValues(meanOf),
  changes: ofValues((values) => pairs(values).filter(([a, b]) => !Object.is(a, b) && a !== b).length),
  count_over_time: ofValues((values) => values.length),
  delta: rate({ isCounter: false, isRate: false }),
  deriv: ({ samples }) => (samples.length < 2 ? undefined : fitLine(samples, samples[0].t).slope),
  double_exponential_smoothing: smooth,
  first_over_time: ofValues((values) => values[0]),
  idelta: instantRate(false),
  increase: rate({ isCounter: true, isRate: false }),
  irate: instantRate(true),
  last_over_time: ofValues((values) => values[values.length - 1]),
  mad_over_time: ofValues((values) => {
    if (values.some(Number.isNaN)) return Number.NaN;
    const median = naiveQuantile(0.5, values);
    return naiveQuantile(
      0.5,
      values.map((value) => Math.abs(value - median)),
    );
  }),
  max_over_time: ofValues((values) => best(values, (a, b) => a > b)),
  min_over_time: ofValues((values) => best(values, (a, b) => a < b)),
  predict_linear: ({ samples, evaluationMs }, [seconds]) => {
    if (samples.length < 2) return undefined;
    const { slope, intercept } = fitLine(samples, evaluationMs);
    return slope * seconds + intercept;
  },
  present_over_time: ofValues(() => 1),
  quantile_over_time: ofValues((values, [q]) => naiveQuantile(q, values)),
  rate: rate({ isCounter: true, isRate: true }),
  resets: ofValues((values) => pairs(values).filter(([a, b]) => b < a).length),
  stddev_over_time: ofValues((values) => Math.sqrt(variance(values))),
  stdvar_over_time: ofValues(variance),
  sum_over_time: ofValues(sumOf),
  ts_of_first_over_time: ({ samples }) => (samples.length === 0 ? undefined : samples[0].t / 1000),
  ts_of_last_over_time: ({ samples }) => (samples.length === 0 ? undefined : samples[samples.length - 1].t / 1000),
  ts_of_max_over_time: (window, parameters) =>
    window.samples.length === 0 ? undefined : timeOfBest((a, b) => a > b)(window, parameters),
  ts_of_min_over_time: (window, parameters) =>
    window.samples.length === 0 ? undefined : timeOfBest((a, b) => a < b)(window, parameters),
};
