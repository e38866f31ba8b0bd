import { formatFloat } from '@hearth/model';
import type { AnnotationSink } from '../annotations.ts';
import { PromqlError } from '../errors.ts';
import type { PositionRange } from '../syntax/tree.ts';

const MAX_INT64 = 2 ** 63;

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly hasNaN: boolean;
}

/** The bounds of a parameter's values; NaN counts for neither. */
function boundsOf(values: Float64Array): Bounds {
  let least = Infinity;
  let most = -Infinity;
  let hasNaN = false;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
    if (Number.isNaN(value)) hasNaN = true;
  }
  return { least, most, hasNaN };
}

/** How many series each step of `topk`, `bottomk` or `limitk` wants. Throws what Prometheus does for what is no such number. */
export function seriesLimitsOf(parameter: Float64Array, position: PositionRange): Float64Array {
  const { least, most, hasNaN } = boundsOf(parameter);
  const fail = (message: string) => new PromqlError('execution', message, { position });
  if (hasNaN) throw fail('Parameter value is NaN');
  if (most < 1) return new Float64Array(parameter.length);
  if (least <= -MAX_INT64) throw fail(`Scalar value ${formatFloat(least)} underflows int64`);
  if (most >= MAX_INT64) throw fail(`Scalar value ${formatFloat(most)} overflows int64`);
  return parameter.map((value) => Math.max(0, Math.trunc(value)));
}

/** Which share of the series each step of `limit_ratio` wants: between -1 and 1, beyond which it warns and caps. */
export function ratiosOf(parameter: Float64Array, position: PositionRange, annotations: AnnotationSink): Float64Array {
  const { least, most, hasNaN } = boundsOf(parameter);
  if (hasNaN) throw new PromqlError('execution', 'Ratio value is NaN', { position });
  const warn = (value: number, cap: number) =>
    annotations.add(
      'warning',
      `ratio value should be between -1 and 1, got ${formatFloat(value)}, capping to ${formatFloat(cap)}`,
      position,
    );
  if (most > 1) warn(most, 1);
  if (least < -1) warn(least, -1);
  return parameter.map((value) => Math.max(-1, Math.min(1, value)));
}

/** Warns of quantiles that are none: with the worst of them. */
export function warnOfQuantiles(quantiles: Float64Array, position: PositionRange, annotations: AnnotationSink): void {
  const { least, most, hasNaN } = boundsOf(quantiles);
  const warn = (value: number) =>
    annotations.add('warning', `quantile value should be between 0 and 1, got ${formatFloat(value)}`, position);
  if (hasNaN) warn(Number.NaN);
  if (most > 1) warn(most);
  if (least < 0) warn(least);
}
