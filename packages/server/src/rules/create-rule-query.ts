import { Labels, type Queryable } from '@hearth/model';
import type { Engine } from '@hearth/promql';
import type { RuleQuery } from './rule-sample.ts';

/** The engine, as rules and their templates query it. */
export function createRuleQuery(engine: Engine, queryable: Queryable, signal?: AbortSignal): RuleQuery {
  return async (text, timestampMs) => {
    const { value } = await engine.instant(queryable, { text, timestampMs, signal });
    if (value.kind === 'vector') return value.samples;
    if (value.kind === 'scalar') return [{ labels: Labels.empty, value: value.value }];
    throw new Error('rule result is not a vector or scalar');
  };
}
