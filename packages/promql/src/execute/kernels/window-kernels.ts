import { createFromEnds, createPairCount } from './counting.ts';
import { createExtreme, createTimeOfExtreme } from './extremes.ts';
import { createInstantRate, createRate } from './rate.ts';
import { createVariance, medianAbsoluteDeviation, quantileOverTime } from './spread.ts';
import { createSum } from './sums.ts';
import { derivative, doubleExponentialSmoothing, predictLinear } from './trend.ts';
import type { WindowKernel } from './window-kernel.ts';

/** The functions over range vectors, by their names in PromQL. */
export const windowKernels: ReadonlyMap<string, WindowKernel> = new Map(
  Object.entries({
    avg_over_time: createSum({ isAverage: true }),
    changes: createPairCount((before, value) => before !== value && !(Number.isNaN(before) && Number.isNaN(value))),
    count_over_time: createFromEnds((_, first, behind) => behind - first),
    delta: createRate({ isCounter: false, isRate: false }),
    deriv: derivative,
    double_exponential_smoothing: doubleExponentialSmoothing,
    first_over_time: createFromEnds(({ values }, first) => values[first]),
    idelta: createInstantRate({ isRate: false }),
    increase: createRate({ isCounter: true, isRate: false }),
    irate: createInstantRate({ isRate: true }),
    last_over_time: createFromEnds(({ values }, _, behind) => values[behind - 1]),
    mad_over_time: medianAbsoluteDeviation,
    max_over_time: createExtreme('max'),
    min_over_time: createExtreme('min'),
    predict_linear: predictLinear,
    present_over_time: createFromEnds(() => 1),
    quantile_over_time: quantileOverTime,
    rate: createRate({ isCounter: true, isRate: true }),
    resets: createPairCount((before, value) => value < before),
    stddev_over_time: createVariance({ takesRoot: true }),
    stdvar_over_time: createVariance({ takesRoot: false }),
    sum_over_time: createSum({ isAverage: false }),
    ts_of_first_over_time: createFromEnds(({ timestamps }, first) => timestamps[first] / 1000),
    ts_of_last_over_time: createFromEnds(({ timestamps }, _, behind) => timestamps[behind - 1] / 1000),
    ts_of_max_over_time: createTimeOfExtreme('max'),
    ts_of_min_over_time: createTimeOfExtreme('min'),
  }),
);
