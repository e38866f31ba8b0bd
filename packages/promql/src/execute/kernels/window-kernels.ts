import { countOverTime, createFirst, createLast, presentOverTime } from './ends.ts';
import { createExtreme, createTimeOfExtreme } from './extremes.ts';
import { changes, resets } from './pair-counts.ts';
import { medianAbsoluteDeviation, quantileOverTime } from './quantiles.ts';
import { createInstantRate, createRate } from './rate.ts';
import { createSum } from './sums.ts';
import { derivative, doubleExponentialSmoothing, predictLinear } from './trend.ts';
import { createVariance } from './variance.ts';
import type { WindowKernel } from './window-kernel.ts';

/** The functions over range vectors, by their names in PromQL. */
export const windowKernels: ReadonlyMap<string, WindowKernel> = new Map(
  Object.entries({
    avg_over_time: createSum({ isAverage: true }),
    changes,
    count_over_time: countOverTime,
    delta: createRate({ isCounter: false, isRate: false }),
    deriv: derivative,
    double_exponential_smoothing: doubleExponentialSmoothing,
    first_over_time: createFirst('values'),
    idelta: createInstantRate({ isRate: false }),
    increase: createRate({ isCounter: true, isRate: false }),
    irate: createInstantRate({ isRate: true }),
    last_over_time: createLast('values'),
    mad_over_time: medianAbsoluteDeviation,
    max_over_time: createExtreme(1),
    min_over_time: createExtreme(-1),
    predict_linear: predictLinear,
    present_over_time: presentOverTime,
    quantile_over_time: quantileOverTime,
    rate: createRate({ isCounter: true, isRate: true }),
    resets,
    stddev_over_time: createVariance({ takesRoot: true }),
    stdvar_over_time: createVariance({ takesRoot: false }),
    sum_over_time: createSum({ isAverage: false }),
    ts_of_first_over_time: createFirst('seconds'),
    ts_of_last_over_time: createLast('seconds'),
    ts_of_max_over_time: createTimeOfExtreme(1),
    ts_of_min_over_time: createTimeOfExtreme(-1),
  }),
);
