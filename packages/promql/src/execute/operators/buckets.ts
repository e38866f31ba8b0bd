import { formatOpenMetricsFloat, type Labels, LabelsBuilder, METRIC_NAME, tryParseFloat } from '@hearth/model';
import { bucketFraction } from '../../math/bucket-fraction.ts';
import { bucketQuantile } from '../../math/bucket-quantile.ts';
import type { Buckets } from '../../math/buckets.ts';
import type { BucketsPlan } from '../../plan/plan.ts';
import type { PositionRange } from '../../syntax/tree.ts';
import { BatchBuilder } from '../batch-builder.ts';
import { withoutMetricName } from '../context.ts';
import type { Batches, Execution } from '../execution.ts';
import { type HeldRow, holdRows } from '../held-rows.ts';
import type { Row } from '../kernels/window-kernel.ts';
import { warnOfQuantiles } from '../parameters.ts';

const BUCKET_LABEL = 'le';
const WITHOUT_BUCKET: ReadonlySet<string> = new Set([BUCKET_LABEL]);

interface BucketRow {
  readonly upperBound: number;
  readonly row: HeldRow;
}

/** A classic histogram: the rows of its buckets, by rising bound. */
interface Histogram {
  readonly labels: Labels;
  readonly buckets: BucketRow[];
}

/** What is computed of each histogram: a row, with these labels. */
interface Result {
  labelsOf(labels: Labels): Labels;
  compute(buckets: Buckets, histogram: Histogram, step: number): number;
}

/** Quantiles and fractions of classic histograms, whose buckets are the series that differ in `le` only. */
export async function* buckets(execution: Execution, plan: BucketsPlan): Batches {
  const { context } = execution;
  const results = await resultsOf(execution, plan);
  const held = await holdRows(context, execution.vector(plan.child));
  const builder = new BatchBuilder(context, plan.grid, plan.position);
  for (const result of results) {
    for (const histogram of histogramsOf(held.rows, execution, plan.child.position)) {
      const count = await writeRow(execution, { histogram, result, steps: plan.grid.steps }, builder.row);
      const { labels } = histogram;
      const isRenamed = !context.delayedNameRemoval;
      builder.endRow(result.labelsOf(isRenamed ? withoutMetricName(labels) : labels), count, true);
      if (builder.isFull) yield builder.takeBatch();
    }
  }
  yield* builder.finish();
  held.release();
}

async function resultsOf(execution: Execution, plan: BucketsPlan): Promise<readonly Result[]> {
  const { context } = execution;
  const asTheyAre = (labels: Labels) => labels;
  switch (plan.function.name) {
    case 'histogram_fraction': {
      const lower = await execution.scalar(plan.function.lower);
      const upper = await execution.scalar(plan.function.upper);
      return [{ labelsOf: asTheyAre, compute: (list, _, step) => bucketFraction(lower[step], upper[step], list) }];
    }
    case 'histogram_quantile': {
      const quantiles = await execution.scalar(plan.function.quantile);
      warnOfQuantiles(quantiles, plan.function.quantile.position, context.annotations);
      return [{ labelsOf: asTheyAre, compute: createQuantile(execution, plan, quantiles) }];
    }
    case 'histogram_quantiles': {
      const { label } = plan.function;
      const results: Result[] = [];
      for (const quantilePlan of plan.function.quantiles) {
        const quantiles = await execution.scalar(quantilePlan);
        warnOfQuantiles(quantiles, quantilePlan.position, context.annotations);
        const value = formatOpenMetricsFloat(quantiles[0]);
        const labelsOf = (labels: Labels) => new LabelsBuilder(labels).set(label, value).build();
        results.push({ labelsOf, compute: createQuantile(execution, plan, quantiles) });
      }
      return results;
    }
  }
}

function createQuantile(
  { context }: Execution,
  { child, grid }: BucketsPlan,
  quantiles: Float64Array,
): Result['compute'] {
  return (list, { labels }, step) => {
    return bucketQuantile(quantiles[step], list, (fix) => {
      const metricName = context.delayedNameRemoval ? labels.get(METRIC_NAME) : '';
      const timestampMs = grid.startMs + step * grid.stepMs;
      context.annotations.addForcedMonotonicity({ metricName, timestampMs, ...fix }, child.position);
    });
  };
}

function histogramsOf(rows: readonly HeldRow[], { context }: Execution, position: PositionRange): Iterable<Histogram> {
  const histograms = new Map<string, Histogram>();
  for (const row of rows) {
    const bound = row.labels.get(BUCKET_LABEL);
    const upperBound = tryParseFloat(bound);
    if (upperBound === undefined) {
      warnOfBound(
        context.annotations,
        { bound, name: context.delayedNameRemoval ? row.labels.get(METRIC_NAME) : '' },
        position,
      );
      continue;
    }
    const labels = row.labels.without(WITHOUT_BUCKET);
    const histogram = histograms.get(labels.key);
    if (histogram === undefined) histograms.set(labels.key, { labels, buckets: [{ upperBound, row }] });
    else histogram.buckets.push({ upperBound, row });
  }
  for (const { buckets: list } of histograms.values()) list.sort((a, b) => compareBounds(a.upperBound, b.upperBound));
  return histograms.values();
}

function compareBounds(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function warnOfBound(
  annotations: Execution['context']['annotations'],
  { bound, name }: { readonly bound: string; readonly name: string },
  position: PositionRange,
): void {
  const text = `bucket label "le" is missing or has a malformed value of ${JSON.stringify(bound)}`;
  annotations.add('warning', name === '' ? text : `${text} for metric name ${JSON.stringify(name)}`, position);
}

async function writeRow(
  { context }: Execution,
  { histogram, result, steps }: { readonly histogram: Histogram; readonly result: Result; readonly steps: number },
  { values, present, start }: Row,
): Promise<number> {
  const { length } = histogram.buckets;
  const list: Buckets = { bounds: new Float64Array(length), counts: new Float64Array(length), length: 0 };
  let count = 0;
  for (let step = 0; step < steps; step++) {
    list.length = 0;
    for (const { upperBound, row } of histogram.buckets) {
      if (row.present[row.start + step] === 0) continue;
      list.bounds[list.length] = upperBound;
      list.counts[list.length++] = row.values[row.start + step];
    }
    present[start + step] = list.length > 0 ? 1 : 0;
    if (list.length === 0) continue;
    count++;
    values[start + step] = result.compute(list, histogram, step);
  }
  const rest = context.rest();
  if (rest !== undefined) await rest;
  return count;
}
