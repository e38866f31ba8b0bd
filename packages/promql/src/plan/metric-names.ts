import { type Matcher, METRIC_NAME } from '@hearth/model';
import type { MetricNames, VectorPlan } from './plan.ts';

/**
 * What is known of the metric names in a result. Where they are not various, two series cannot become equal when the name is
 * dropped.
 */
export function metricNamesOf(plan: VectorPlan): MetricNames {
  const of = metricNamesOf;
  switch (plan.kind) {
    case 'select':
      return plan.names;
    case 'scalarAsVector':
    case 'absent':
    case 'nothing':
      return 'none';
    case 'elementwise':
    case 'buckets':
      return 'none';
    case 'subqueryWindow':
      return plan.window.keepsName ? of(plan.inner) : 'none';
    case 'vectorScalar':
      return keepsName(plan) ? of(plan.vector) : 'none';
    case 'vectorVector': {
      const { cardinality, on, labels, include } = plan.matching;
      if (include.includes(METRIC_NAME)) return 'various';
      if (!keepsName(plan)) return 'none';
      if (cardinality === 'one-to-one' && on) return labels.includes(METRIC_NAME) ? 'various' : 'none';
      return of(cardinality === 'one-to-many' ? plan.right : plan.left);
    }
    case 'setOperation': {
      if (plan.operator !== 'or') return of(plan.left);
      return of(plan.left) === 'none' && of(plan.right) === 'none' ? 'none' : 'various';
    }
    case 'aggregate':
    case 'quantileAggregate':
      return !plan.without && plan.labels.includes(METRIC_NAME) ? of(plan.child) : 'none';
    case 'countValues':
      return plan.valueLabel === METRIC_NAME || plan.labels.includes(METRIC_NAME) ? 'various' : 'none';
    case 'labelReplace':
    case 'labelJoin':
      return plan.target === METRIC_NAME ? 'various' : of(plan.child);
    case 'top':
    case 'limit':
    case 'sort':
    case 'unite':
    case 'broadcast':
      return of(plan.child);
  }
}

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<=']);

/** Comparisons that filter keep the metric's name; what computes a new value drops it. */
export function keepsName({
  operator,
  returnsBool,
}: {
  readonly operator: string;
  readonly returnsBool: boolean;
}): boolean {
  return COMPARISONS.has(operator) && !returnsBool;
}

/** Whether the matchers leave one metric name only. */
export function fixesName(matchers: readonly Matcher[]): boolean {
  return matchers.some(({ type, name, value }) => type === '=' && name === METRIC_NAME && value !== '');
}
