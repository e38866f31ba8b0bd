import type { SimpleAggregation } from '../../plan/plan.ts';
import type { Accumulator } from './accumulator.ts';
import { AverageAccumulator } from './average.ts';
import { CountAccumulator } from './count.ts';
import { ExtremeAccumulator } from './extreme.ts';
import { SumAccumulator } from './sum.ts';
import { VarianceAccumulator } from './variance.ts';

export function createAccumulator(operator: SimpleAggregation, steps: number): Accumulator {
  switch (operator) {
    case 'sum':
      return new SumAccumulator(steps);
    case 'avg':
      return new AverageAccumulator(steps);
    case 'min':
    case 'max':
      return new ExtremeAccumulator(steps, operator);
    case 'count':
    case 'group':
      return new CountAccumulator(steps, operator);
    case 'stddev':
    case 'stdvar':
      return new VarianceAccumulator(steps, operator);
  }
}
