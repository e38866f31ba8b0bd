import { formatDuration, formatFloat, type Matcher } from '@hearth/model';
import type { Grid, TimeShift } from './grid.ts';
import type { QueryPlan, RangePlan, ScalarPlan, ScanOutput, ScanPlan, VectorPlan } from './plan.ts';

/**
 * A plan as text: what is computed, indented below what it is computed for, then the passes over the storage.
 *
 *     sum by (job)  1441 steps of 15s from 2026-01-01T00:00:00.000Z
 *       scan 0: rate over 5m
 *     scan 0  {__name__="requests_total"}  from … to …
 */
export function explainPlan({ root, scans }: QueryPlan): string {
  const lines: string[] = [];
  const printer = new Printer(scans, lines);
  switch (root.kind) {
    case 'string':
      lines.push(JSON.stringify(root.value));
      break;
    case 'scalar':
      lines.push(describeGrid(root.plan.grid));
      printer.scalar(root.plan, 1);
      break;
    case 'vector':
      lines.push(describeGrid(root.plan.grid));
      printer.vector(root.plan, 1);
      break;
    case 'matrix':
      printer.range(root.plan);
      break;
  }
  for (const [index, scan] of scans.entries()) lines.push(describeScan(index, scan));
  return lines.join('\n');
}

class Printer {
  readonly #scans: readonly ScanPlan[];
  readonly #lines: string[];

  constructor(scans: readonly ScanPlan[], lines: string[]) {
    this.#scans = scans;
    this.#lines = lines;
  }

  vector(plan: VectorPlan, depth: number): void {
    this.#line(depth, this.#describe(plan));
    for (const child of vectorChildren(plan)) this.vector(child, depth + 1);
    for (const child of scalarChildren(plan)) this.scalar(child, depth + 1);
  }

  scalar(plan: ScalarPlan, depth: number): void {
    this.#line(depth, describeScalar(plan));
    if (plan.kind === 'vectorAsScalar') this.vector(plan.child, depth + 1);
    if (plan.kind === 'broadcastScalar') this.scalar(plan.child, depth + 1);
    if (plan.kind === 'scalarScalar' || plan.kind === 'scalarChoice') {
      this.scalar(plan.left, depth + 1);
      this.scalar(plan.right, depth + 1);
    }
  }

  range(plan: RangePlan): void {
    if (plan.kind === 'storedRange') {
      this.#line(0, `samples as stored, scan ${plan.source.scan}`);
      return;
    }
    this.#line(0, describeGrid(plan.inner.grid));
    this.vector(plan.inner, 1);
  }

  #line(depth: number, text: string): void {
    this.#lines.push(`${'  '.repeat(depth)}${text}`);
  }

  #describe(plan: VectorPlan): string {
    switch (plan.kind) {
      case 'select': {
        const output = this.#scans[plan.source.scan].outputs[plan.source.output];
        const filter = output.filter.length === 0 ? '' : ` where ${describeMatchers(output.filter)}`;
        return `scan ${plan.source.scan}${filter}: ${describeCompute(output.compute)}`;
      }
      case 'subqueryWindow':
        return `${describeCompute(plan.window)}, of ${describeGrid(plan.inner.grid)}`;
      case 'elementwise':
        return plan.functionName;
      case 'scalarAsVector':
        return 'scalar as vector';
      case 'vectorScalar':
        return `${plan.scalarIsLeft ? 'scalar' : 'vector'} ${plan.operator}${plan.returnsBool ? ' bool' : ''} ${plan.scalarIsLeft ? 'vector' : 'scalar'}`;
      case 'vectorVector':
      case 'setOperation': {
        const { on, labels, cardinality } = plan.matching;
        return `${plan.operator} ${on ? 'on' : 'ignoring'} (${labels.join(', ')}) ${cardinality}`;
      }
      case 'aggregate':
      case 'top':
      case 'limit':
        return `${plan.operator} ${describeGrouping(plan)}`;
      case 'quantileAggregate':
        return `quantile ${describeGrouping(plan)}`;
      case 'countValues':
        return `count_values ${JSON.stringify(plan.valueLabel)} ${describeGrouping(plan)}`;
      case 'buckets':
        return plan.function.name;
      case 'labelReplace':
        return `label_replace ${plan.target}`;
      case 'labelJoin':
        return `label_join ${plan.target}`;
      case 'absent':
        return `absent ${plan.labels.toString()}`;
      case 'sort':
        return `sort ${plan.labels === undefined ? 'by value' : `by ${plan.labels.join(', ')}`}${plan.descending ? ', descending' : ''}`;
      case 'unite':
        return 'unite series of equal labels';
      case 'broadcast':
        return 'once, for every step';
      case 'nothing':
        return 'nothing: there are no native histograms';
    }
  }
}

function vectorChildren(plan: VectorPlan): readonly VectorPlan[] {
  if ('child' in plan) return [plan.child];
  if (plan.kind === 'subqueryWindow') return [plan.inner];
  if (plan.kind === 'vectorScalar') return [plan.vector];
  return plan.kind === 'vectorVector' || plan.kind === 'setOperation' ? [plan.left, plan.right] : [];
}

function scalarChildren(plan: VectorPlan): readonly ScalarPlan[] {
  if (plan.kind === 'subqueryWindow') return plan.window.parameters;
  if (plan.kind === 'buckets') {
    const { function: of } = plan;
    if (of.name === 'histogram_quantile') return [of.quantile];
    return of.name === 'histogram_fraction' ? [of.lower, of.upper] : of.quantiles;
  }
  if ('parameters' in plan) return plan.parameters;
  if ('parameter' in plan) return [plan.parameter];
  return 'scalar' in plan ? [plan.scalar] : [];
}

function describeScalar(plan: ScalarPlan): string {
  switch (plan.kind) {
    case 'constant':
      return formatFloat(plan.value);
    case 'time':
      return 'time of the step';
    case 'vectorAsScalar':
      return 'vector as scalar';
    case 'scalarScalar':
      return `scalar ${plan.operator} scalar`;
    case 'scalarChoice':
      return plan.functionName;
    case 'broadcastScalar':
      return 'once, for every step';
  }
}

function describeCompute(compute: ScanOutput['compute']): string {
  const shift = describeShift(compute.shift);
  switch (compute.kind) {
    case 'instantSelection': {
      const what = compute.takesTimestamp ? 'times of the last samples' : 'last samples';
      return `${what} within ${formatDuration(compute.lookbackMs)}${shift}`;
    }
    case 'window':
      return `${compute.functionName} over ${formatDuration(compute.rangeMs)}${shift}`;
    case 'rawSelection':
      return `samples of ${formatDuration(compute.rangeMs)}${shift}`;
  }
}

function describeShift({ offsetMs, atMs }: TimeShift): string {
  const at = atMs === undefined ? '' : ` at ${describeTime(atMs)}`;
  return offsetMs === 0 ? at : `${at} offset ${formatDuration(offsetMs)}`;
}

function describeGrouping({
  without,
  labels,
}: {
  readonly without: boolean;
  readonly labels: readonly string[];
}): string {
  return `${without ? 'without' : 'by'} (${labels.join(', ')})`;
}

function describeGrid({ startMs, stepMs, steps }: Grid): string {
  return steps === 1
    ? `at ${describeTime(startMs)}`
    : `${steps} steps of ${formatDuration(stepMs)} from ${describeTime(startMs)}`;
}

function describeScan(index: number, { matchers, startMs, endMs }: ScanPlan): string {
  return `scan ${index}: {${describeMatchers(matchers)}} from ${describeTime(startMs)} to ${describeTime(endMs)}`;
}

function describeMatchers(matchers: readonly Matcher[]): string {
  return matchers.map(String).join(', ');
}

/** Times beyond those that have a date are printed as they are. */
function describeTime(timestampMs: number): string {
  const date = new Date(timestampMs);
  return Number.isNaN(date.getTime()) ? `${timestampMs} ms` : date.toISOString();
}
