import type { AggregationOperator, ValueType } from './tree.ts';

export interface AggregationSignature {
  /** What stands in front of the vector; `undefined`: nothing. */
  readonly parameterType: ValueType | undefined;
  /** Prometheus has it behind `promql-experimental-functions`. */
  readonly isExperimental: boolean;
}

const PLAIN: AggregationSignature = { parameterType: undefined, isExperimental: false };
const WITH_SCALAR: AggregationSignature = { parameterType: 'scalar', isExperimental: false };

const SIGNATURES: Readonly<Record<AggregationOperator, AggregationSignature>> = {
  sum: PLAIN,
  avg: PLAIN,
  count: PLAIN,
  min: PLAIN,
  max: PLAIN,
  group: PLAIN,
  stddev: PLAIN,
  stdvar: PLAIN,
  topk: WITH_SCALAR,
  bottomk: WITH_SCALAR,
  quantile: WITH_SCALAR,
  count_values: { parameterType: 'string', isExperimental: false },
  limitk: { parameterType: 'scalar', isExperimental: true },
  limit_ratio: { parameterType: 'scalar', isExperimental: true },
};

/** Every aggregation of Prometheus 3.14, by its name. */
export const aggregationSignatures: ReadonlyMap<string, AggregationSignature> = new Map(Object.entries(SIGNATURES));
