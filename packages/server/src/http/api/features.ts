import { functionSignatures } from '@hearth/promql';
import { valuePart } from '../json/json-part.ts';
import { type ApiRoute, READ } from './route.ts';

export interface FeatureRoutesOptions {
  readonly isAdminApiEnabled: boolean;
  readonly isLifecycleEnabled: boolean;
}

const API_FEATURES = [
  'exclude_alerts',
  'label_values_match',
  'query_stats',
  'query_warnings',
  'time_range_labels',
  'time_range_series',
];

const PROMQL_FEATURES = [
  'at_modifier',
  'bool',
  'by',
  'group_left',
  'group_right',
  'ignoring',
  'negative_offset',
  'offset',
  'on',
  'subqueries',
  'without',
];

const AGGREGATIONS = 'avg bottomk count count_values group max min quantile stddev stdvar sum topk'.split(' ');

const OPERATORS = '!= !~ % * + - / < <= == =~ > >= @ ^ and atan2 or unless'.split(' ');

/** `/features`: what clients may rely on, by category. What is not named is not there. */
export function featureRoutes(options: FeatureRoutesOptions): readonly ApiRoute[] {
  return [{ methods: READ, path: '/features', answer: () => ({ data: valuePart(featuresOf(options)) }) }];
}

function featuresOf({ isAdminApiEnabled, isLifecycleEnabled }: FeatureRoutesOptions): unknown {
  const functions = [...functionSignatures.values()].map(
    ({ name, isExperimental }) => [name, !isExperimental] as const,
  );
  return {
    api: { admin: isAdminApiEnabled, ...allOf(API_FEATURES), lifecycle: isLifecycleEnabled },
    promql: allOf(PROMQL_FEATURES),
    promql_functions: Object.fromEntries(functions.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    promql_operators: allOf([...AGGREGATIONS, ...OPERATORS].sort()),
    tsdb: { exemplar_storage: true },
  };
}

function allOf(names: readonly string[]): Record<string, boolean> {
  return Object.fromEntries(names.map((name) => [name, true]));
}
