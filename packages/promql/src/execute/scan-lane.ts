import { type Labels, type Matcher, METRIC_NAME } from '@hearth/model';
import type { ScanOutput, WindowPlan } from '../plan/plan.ts';
import type { Batch } from './batch.ts';
import { BatchBuilder } from './batch-builder.ts';
import { type ExecutionContext, withoutMetricName } from './context.ts';
import { copyRow } from './copy-row.ts';
import type { Row, WindowKernel } from './kernels/window-kernel.ts';
import { windowKernels } from './kernels/window-kernels.ts';
import { warnOfQuantiles } from './parameters.ts';
import { type StoredSamples, selectInstant } from './select-instant.ts';
import { type SeriesColumns, withoutStaleSamples } from './stale-samples.ts';
import { SlidingWindows } from './windows.ts';

interface Reader {
  readonly filter: readonly Matcher[];
  readonly builder: BatchBuilder;
  readonly ready: Batch[];
  isOpen: boolean;
}

type Compute = (series: number, row: Row) => number;

/** One computation over the series of a scan, and those who read its rows: all, or the series that pass their filter. */
export class ScanLane {
  readonly #context: ExecutionContext;
  readonly #plan: ScanOutput['compute'];
  readonly #parameters: readonly Float64Array[];
  readonly #readers = new Map<number, Reader>();
  readonly #windows: SlidingWindows | undefined;
  readonly #kernel: WindowKernel | undefined;
  readonly #dropsName: boolean;
  #compute: Compute | undefined;

  constructor(context: ExecutionContext, plan: ScanOutput['compute'], parameters: readonly Float64Array[]) {
    this.#context = context;
    this.#plan = plan;
    this.#parameters = parameters;
    if (plan.kind === 'window') {
      this.#windows = new SlidingWindows(plan.grid, plan);
      this.#kernel = windowKernelOf(plan.functionName);
    }
    this.#dropsName =
      plan.kind === 'window' ? !plan.keepsName : plan.kind === 'instantSelection' && plan.takesTimestamp;
  }

  addReader(output: number, filter: readonly Matcher[]): void {
    const { grid, position } = this.#plan;
    const builder = new BatchBuilder(this.#context, grid, position);
    this.#readers.set(output, { filter, builder, ready: [], isOpen: true });
  }

  startBatch(stored: StoredSamples): void {
    const plan = this.#plan;
    switch (plan.kind) {
      case 'instantSelection':
        this.#compute = (series, row) => selectInstant(plan, stored, series, row);
        return;
      case 'window': {
        const { batch, hasNaN } = stored;
        const columns: SeriesColumns = hasNaN ? withoutStaleSamples(batch) : batch;
        this.#compute = (series, row) => this.#applyKernel(columns, series, row);
        return;
      }
      case 'rawSelection':
        throw new Error('BUG: stored samples are read row by row');
    }
  }

  addSeries(labels: Labels, series: number): void {
    const wanting = this.#readersOf(labels);
    if (wanting.length === 0) return;
    if (this.#compute === undefined) throw new Error('BUG: a series is added before its batch');
    const [first, ...others] = wanting;
    const { row } = first.builder;
    const count = this.#compute(series, row);
    if (count === 0) return;
    this.#inform(labels);
    const isRenamed = this.#dropsName && !this.#context.delayedNameRemoval;
    const named = isRenamed ? withoutMetricName(labels) : labels;
    for (const { builder } of others) copyRow(row, builder.row, this.#plan.grid.steps);
    for (const { builder, ready } of wanting) {
      builder.endRow(named, count, this.#dropsName);
      if (builder.isFull) ready.push(builder.takeBatch());
    }
  }

  flush(): void {
    for (const { builder, ready, isOpen } of this.#readers.values()) {
      if (isOpen && !builder.isEmpty) ready.push(builder.takeBatch());
      builder.discard();
    }
  }

  tryTake(output: number): Batch | undefined {
    return this.#readers.get(output)?.ready.shift();
  }

  closeReader(output: number): void {
    const reader = this.#readers.get(output);
    if (reader === undefined) return;
    reader.isOpen = false;
    for (const batch of reader.ready.splice(0)) this.#context.release(batch);
    reader.builder.discard();
  }

  #readersOf(labels: Labels): readonly Reader[] {
    const wanting: Reader[] = [];
    for (const reader of this.#readers.values()) {
      if (reader.isOpen && reader.filter.every((matcher) => matcher.matches(labels.get(matcher.name))))
        wanting.push(reader);
    }
    return wanting;
  }

  #applyKernel(columns: SeriesColumns, series: number, row: Row): number {
    const [start, end] = [columns.offsets[series], columns.offsets[series + 1]];
    if (this.#windows === undefined || this.#kernel === undefined) throw new Error('BUG: a window has no kernel');
    return start === end ? 0 : this.#kernel(this.#windows.over(columns, start, end), row, this.#parameters);
  }

  #inform(labels: Labels): void {
    const plan = this.#plan;
    if (plan.kind === 'window') informOfWindow(this.#context, { plan, labels, parameters: this.#parameters });
  }
}

export function windowKernelOf(functionName: string): WindowKernel {
  const kernel = windowKernels.get(functionName);
  if (kernel === undefined) throw new Error(`BUG: no kernel for ${functionName}()`);
  return kernel;
}

const COUNTER_SUFFIXES = ['_total', '_sum', '_count', '_bucket'];

/** What the author of a function over range vectors should know, once it has had a result. */
export function informOfWindow(
  { annotations }: ExecutionContext,
  {
    plan,
    labels,
    parameters,
  }: { readonly plan: WindowPlan; readonly labels: Labels; readonly parameters: readonly Float64Array[] },
): void {
  const { functionName, position } = plan;
  if (functionName === 'quantile_over_time') warnOfQuantiles(parameters[0], plan.parameters[0].position, annotations);
  if (functionName !== 'rate' && functionName !== 'increase') return;
  const name = labels.get(METRIC_NAME);
  if (name === '' || COUNTER_SUFFIXES.some((suffix) => name.endsWith(suffix))) return;
  const text = 'metric might not be a counter, name does not end in _total/_sum/_count/_bucket';
  annotations.add('info', `${text}: ${JSON.stringify(name)}`, position);
}
