import { isValidLabelName, quoteGo } from '@hearth/model';
import { PromqlError } from '../errors.ts';
import type { Aggregation } from '../syntax/tree.ts';
import type { Grid } from './grid.ts';
import { withoutParentheses } from './parentheses.ts';
import type { ScalarPlan, VectorPlan } from './plan.ts';
import type { Planning } from './planning.ts';

export function planAggregation(planning: Planning, aggregation: Aggregation, grid: Grid): VectorPlan {
  const { operator, without, grouping, parameter, position } = aggregation;
  const common = { grid, position, without, labels: grouping };
  const scalarParameter = (): ScalarPlan => {
    if (parameter === undefined) throw new Error(`BUG: ${operator} has no parameter`);
    return planning.scalar(parameter, grid);
  };
  const child = planning.vector(withoutParentheses(aggregation.expression), grid);
  switch (operator) {
    case 'sum':
    case 'avg':
    case 'count':
    case 'min':
    case 'max':
    case 'group':
    case 'stddev':
    case 'stdvar':
      return { kind: 'aggregate', ...common, operator, child };
    case 'quantile':
      return { kind: 'quantileAggregate', ...common, child, parameter: scalarParameter() };
    case 'topk':
    case 'bottomk':
      return { kind: 'top', ...common, operator, child, parameter: scalarParameter() };
    case 'limitk':
    case 'limit_ratio':
      return { kind: 'limit', ...common, operator, child, parameter: scalarParameter() };
    case 'count_values': {
      const label = parameter && withoutParentheses(parameter);
      if (label?.kind !== 'string') throw new Error('BUG: count_values has no label');
      if (!isValidLabelName(label.value, 'utf8')) {
        throw new PromqlError('execution', `invalid label name ${quoteGo(label.value)}`, {
          position: label.position,
        });
      }
      return { kind: 'countValues', ...common, child, valueLabel: label.value };
    }
  }
}
