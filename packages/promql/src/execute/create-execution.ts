import type { QueryPlan, ScalarPlan, ScanReference, VectorPlan } from '../plan/plan.ts';
import type { ExecutionContext } from './context.ts';
import type { Batches, Execution } from './execution.ts';
import { absent } from './operators/absent.ts';
import { aggregate } from './operators/aggregate.ts';
import { broadcast } from './operators/broadcast.ts';
import { buckets } from './operators/buckets.ts';
import { countValues } from './operators/count-values.ts';
import { elementwise } from './operators/elementwise.ts';
import { labelJoin, labelReplace } from './operators/labels.ts';
import { limit } from './operators/limit.ts';
import { nothing } from './operators/nothing.ts';
import { quantileAggregate } from './operators/quantile-aggregate.ts';
import { scalarAsVector } from './operators/scalar-as-vector.ts';
import { setOperation } from './operators/set-operation.ts';
import { sort } from './operators/sort.ts';
import { subqueryWindow } from './operators/subquery-window.ts';
import { top } from './operators/top.ts';
import { unite } from './operators/unite.ts';
import { vectorScalar } from './operators/vector-scalar.ts';
import { vectorVector } from './operators/vector-vector.ts';
import { executeScalar } from './scalars.ts';
import { Scan } from './scan.ts';

/** An execution that is closed at its end, whatever that is. */
export interface RunningExecution extends Execution {
  close(): Promise<void>;
}

export function createExecution(context: ExecutionContext, plan: QueryPlan): RunningExecution {
  const scans = new Map<number, Promise<Scan>>();
  const execution: RunningExecution = {
    context,
    vector: (node) => executeVector(execution, node),
    scalar: (node) => executeScalar(execution, node),
    read: (source) => read(source),
    close: async () => {
      for (const opened of await Promise.allSettled(scans.values())) {
        if (opened.status === 'fulfilled') await opened.value.close();
      }
    },
  };

  async function* read({ scan, output }: ScanReference): Batches {
    let opened = scans.get(scan);
    if (opened === undefined) {
      opened = openScan(execution, plan.scans[scan]);
      scans.set(scan, opened);
    }
    yield* (await opened).read(output);
  }
  return execution;
}

/** A scan whose functions' scalar arguments have been evaluated. */
async function openScan(execution: Execution, plan: QueryPlan['scans'][number]): Promise<Scan> {
  const parameters: Float64Array[][] = [];
  for (const { compute } of plan.outputs) {
    const values: Float64Array[] = [];
    const plans: readonly ScalarPlan[] = compute.kind === 'window' ? compute.parameters : [];
    for (const parameter of plans) values.push(await execution.scalar(parameter));
    parameters.push(values);
  }
  return new Scan(execution.context, plan, (output) => parameters[output]);
}

function executeVector(execution: Execution, plan: VectorPlan): Batches {
  switch (plan.kind) {
    case 'select':
      return execution.read(plan.source);
    case 'subqueryWindow':
      return subqueryWindow(execution, plan);
    case 'elementwise':
      return elementwise(execution, plan);
    case 'scalarAsVector':
      return scalarAsVector(execution, plan);
    case 'vectorScalar':
      return vectorScalar(execution, plan);
    case 'vectorVector':
      return vectorVector(execution, plan);
    case 'setOperation':
      return setOperation(execution, plan);
    case 'aggregate':
      return aggregate(execution, plan);
    case 'quantileAggregate':
      return quantileAggregate(execution, plan);
    case 'top':
      return top(execution, plan);
    case 'limit':
      return limit(execution, plan);
    case 'countValues':
      return countValues(execution, plan);
    case 'buckets':
      return buckets(execution, plan);
    case 'labelReplace':
      return labelReplace(execution, plan);
    case 'labelJoin':
      return labelJoin(execution, plan);
    case 'absent':
      return absent(execution, plan);
    case 'sort':
      return sort(execution, plan);
    case 'unite':
      return unite(execution, plan);
    case 'broadcast':
      return broadcast(execution, plan);
    case 'nothing':
      return nothing(execution, plan);
  }
}
