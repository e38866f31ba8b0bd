import { compareLabels, Labels } from '@hearth/model';
import { PromqlError } from '../errors.ts';
import type { Grid } from '../plan/grid.ts';
import type { QueryPlan, RootPlan, ScanPlan, VectorPlan } from '../plan/plan.ts';
import type { PositionRange } from '../syntax/tree.ts';
import type { MatrixValue, SeriesSamples, Value } from '../value.ts';
import { type ExecutionContext, withoutMetricName } from './context.ts';
import type { Execution } from './execution.ts';
import { type HeldRow, type HeldRows, holdRows } from './held-rows.ts';
import { uniteRows } from './operators/unite.ts';
import { withoutStaleSamples } from './stale-samples.ts';

export interface ResultOptions {
  readonly maxResultSamples: number;
  /** Whether the answer is a matrix whatever the expression. */
  readonly isRange: boolean;
}

/** Runs a plan and gives its value, of which nothing belongs to the execution any more. */
export async function executePlan(execution: Execution, plan: QueryPlan, options: ResultOptions): Promise<Value> {
  const { root } = plan;
  switch (root.kind) {
    case 'string':
      return { kind: 'string', timestampMs: root.timestampMs, value: root.value };
    case 'scalar':
      return scalarResult(execution, root, options);
    case 'matrix':
      return root.plan.kind === 'subqueryRange'
        ? matrixResult(execution, root.plan.inner, options)
        : storedResult(execution.context, plan.scans[root.plan.source.scan], options);
    case 'vector':
      return options.isRange
        ? matrixResult(execution, root.plan, options)
        : vectorResult(execution, root.plan, options);
  }
}

async function scalarResult(
  execution: Execution,
  { plan }: Extract<RootPlan, { kind: 'scalar' }>,
  { isRange }: ResultOptions,
): Promise<Value> {
  const values = await execution.scalar(plan);
  if (!isRange) return { kind: 'scalar', timestampMs: plan.grid.startMs, value: values[0] };
  return { kind: 'matrix', series: [{ labels: Labels.empty, timestamps: timesOf(plan.grid), values }] };
}

async function vectorResult(execution: Execution, plan: VectorPlan, options: ResultOptions): Promise<Value> {
  const held = await holdRows(execution.context, execution.vector(plan));
  const rows = await finishRows(execution, held, plan);
  assertSize(rows.length, plan.position, options);
  const samples = rows.map(({ labels, values, start }) => ({ labels, value: values[start] }));
  held.release();
  return { kind: 'vector', timestampMs: plan.grid.startMs, samples };
}

async function matrixResult(execution: Execution, plan: VectorPlan, options: ResultOptions): Promise<MatrixValue> {
  const { context } = execution;
  const held = await holdRows(context, execution.vector(plan));
  const rows = await finishRows(execution, held, plan);
  let size = 0;
  for (const { count } of rows) size += count;
  assertSize(size, plan.position, options);
  const times = timesOf(plan.grid);
  const series = rows.map((row) => seriesOf(row, times));
  held.handOver();
  return { kind: 'matrix', series: series.sort((a, b) => compareLabels(a.labels, b.labels)) };
}

/** With delayed removal, names go now, and what has become equal is united. */
async function finishRows(
  { context }: Execution,
  { rows }: HeldRows,
  { grid, position }: VectorPlan,
): Promise<readonly HeldRow[]> {
  if (!context.delayedNameRemoval) return rows;
  for (const row of rows) if (row.dropsName) row.labels = withoutMetricName(row.labels);
  return uniteRows(context, rows, { grid, position, refusesEqualLabels: false });
}

/** A row as samples. Where its cells are one run, as most are, nothing is copied: the columns are not used again. */
function seriesOf({ labels, values, present, start, count }: HeldRow, times: Float64Array): SeriesSamples {
  const first = present.indexOf(1, start);
  const last = present.lastIndexOf(1, start + times.length - 1);
  if (last - first + 1 === count) {
    return {
      labels,
      timestamps: count === times.length ? times : times.subarray(first - start, last - start + 1),
      values: values.subarray(first, last + 1),
    };
  }
  const kept = { timestamps: new Float64Array(count), values: new Float64Array(count) };
  let next = 0;
  for (let cell = first; cell <= last; cell++) {
    if (present[cell] === 0) continue;
    kept.timestamps[next] = times[cell - start];
    kept.values[next++] = values[cell];
  }
  return { labels, ...kept };
}

/** The samples of a range selector as they are stored. */
async function storedResult(context: ExecutionContext, scan: ScanPlan, options: ResultOptions): Promise<MatrixValue> {
  const { matchers, startMs, endMs, position } = scan;
  const series: SeriesSamples[] = [];
  let size = 0;
  for await (const batch of context.querier.select({ matchers, startMs, endMs }, context.signal)) {
    context.samplesRead += batch.values.length;
    context.budget.hold(batch.values.length, position);
    const { timestamps, values, offsets } = withoutStaleSamples(batch);
    for (const [i, labels] of batch.labels.entries()) {
      const [start, end] = [offsets[i], offsets[i + 1]];
      if (start === end) continue;
      series.push({ labels, timestamps: timestamps.slice(start, end), values: values.slice(start, end) });
      size += end - start;
    }
    assertSize(size, position, options);
    const rest = context.rest();
    if (rest !== undefined) await rest;
  }
  context.budget.drop(size);
  return { kind: 'matrix', series };
}

function timesOf({ startMs, stepMs, steps }: Grid): Float64Array {
  return Float64Array.from({ length: steps }, (_, step) => startMs + step * stepMs);
}

function assertSize(samples: number, position: PositionRange, { maxResultSamples }: ResultOptions): void {
  if (samples <= maxResultSamples) return;
  const message = `the result has ${samples} samples or more, the limit is ${maxResultSamples}`;
  throw new PromqlError('result_too_large', message, { position });
}
