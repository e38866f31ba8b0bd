import { formatDuration, type Labels } from '@hearth/model';
import type { Paint } from '../terminal/paint.ts';
import { isHistogramPoint, type MatrixSeries, type QueryData, type VectorSeries } from './api-data.ts';
import type { Evaluation, RangeEvaluation } from './evaluation.ts';
import { formatForPeople, formatPoint, numberOf } from './format-value.ts';
import { findLabelColumns, type LabelColumns } from './label-columns.ts';
import { printableCell } from './printable.ts';
import { drawSparkline } from './sparkline.ts';
import { type Column, drawTable, widthOfTable } from './table.ts';
import { formatUtc } from './utc.ts';

const VALUE: Column = { heading: 'value', align: 'right' };
const SUMMARY: readonly Column[] = ['last', 'min', 'max'].map((heading) => ({ heading, align: 'right' }));

/** How wide a sparkline is where nobody says how much room there is, and below which width there is none. */
const SPARKLINE_COLUMNS = 40;
const MIN_SPARKLINE_COLUMNS = 8;

export interface TableLook {
  readonly paint: Paint;
  /** Of the terminal; `undefined` where it is none. */
  readonly width: number | undefined;
}

/** An answer that is not empty, for people: a heading with what all series have in common, and a row for each. */
export function renderTable(data: QueryData, evaluation: Evaluation, look: TableLook): readonly string[] {
  switch (data.kind) {
    case 'vector':
      return renderVector(data.series, look);
    case 'matrix':
      return renderMatrix(data.series, evaluation.kind === 'range' ? evaluation : undefined, look);
    case 'scalar':
      return [formatForPeople(numberOf(data.point[1]))];
    case 'string':
      return [printableCell(data.point[1])];
  }
}

/** For people: what the series have in common, and a row for each with the rest. */
export function renderLabelSets(sets: readonly Labels[], { paint }: TableLook): readonly string[] {
  const columns = findLabelColumns(sets);
  const heading = renderHeading(columns.common, sets.length, '', paint);
  if (columns.names.length === 0) return heading;
  return [
    ...heading,
    '',
    ...drawTable(
      labelColumns(columns),
      sets.map((labels) => labelCells(labels, columns)),
      paint,
    ),
  ];
}

function renderVector(series: readonly VectorSeries[], { paint }: TableLook): readonly string[] {
  const columns = findLabelColumns(series.map(({ labels }) => labels));
  const rows = series.map(({ labels, point }) => [...labelCells(labels, columns), formatPoint(point)]);
  const time = ` at ${formatUtc(series[0].point[0] * 1000)} UTC`;
  const table = drawTable([...labelColumns(columns), VALUE], rows, paint);
  return [...renderHeading(columns.common, series.length, time, paint), '', ...table];
}

function renderMatrix(
  series: readonly MatrixSeries[],
  range: RangeEvaluation | undefined,
  { paint, width }: TableLook,
): readonly string[] {
  const labels = findLabelColumns(series.map((each) => each.labels));
  const columns = [...labelColumns(labels), ...SUMMARY];
  const rows = series.map((each) => [...labelCells(each.labels, labels), ...summaryCells(each)]);
  const grid = range ?? gridOfSamples(series);
  const room = width === undefined ? SPARKLINE_COLUMNS : width - widthOfTable(columns, rows) - 1;
  const points = Math.floor((grid.endMs - grid.startMs) / grid.stepMs) + 1;
  const drawn = rows.map((row, i) =>
    room < MIN_SPARKLINE_COLUMNS ? row : [...row, sparklineOf(series[i], { ...grid, columns: Math.min(room, points) })],
  );
  const every = range === undefined ? ', as stored' : `, a point every ${formatDuration(range.stepMs)}`;
  const times = ` from ${formatUtc(grid.startMs)} to ${formatUtc(grid.endMs)} UTC${every}`;
  return [...renderHeading(labels.common, series.length, times, paint), '', ...drawTable(columns, drawn, paint)];
}

interface Grid {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** From the first sample to the last, each of which stands for the shortest time between two. */
function gridOfSamples(series: readonly MatrixSeries[]): Grid {
  let [startMs, endMs, stepMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { points } of series) {
    for (const [i, [seconds]] of points.entries()) {
      const timeMs = seconds * 1000;
      startMs = Math.min(startMs, timeMs);
      endMs = Math.max(endMs, timeMs);
      if (i > 0) stepMs = Math.min(stepMs, Math.max(1, timeMs - points[i - 1][0] * 1000));
    }
  }
  return { startMs, endMs, stepMs: Number.isFinite(stepMs) ? stepMs : 1 };
}

/** Histograms are not drawn. */
function sparklineOf({ points }: MatrixSeries, grid: Grid & { readonly columns: number }): string {
  const floats = points.filter((point) => !isHistogramPoint(point));
  const values = floats.map(([, text]) => numberOf(text as string));
  return drawSparkline({ times: floats.map(([seconds]) => seconds * 1000), values, ...grid });
}

function summaryCells({ points }: MatrixSeries): readonly string[] {
  let [min, max] = [Number.NaN, Number.NaN];
  for (const point of points) {
    if (isHistogramPoint(point)) continue;
    const value = numberOf(point[1]);
    if (!(value >= min)) min = Number.isNaN(value) ? min : value;
    if (!(value <= max)) max = Number.isNaN(value) ? max : value;
  }
  const last = points.at(-1);
  return [last === undefined ? '' : formatPoint(last), formatForPeople(min), formatForPeople(max)];
}

/** `up{job="node"}: 2 series at 2026-01-31 12:00:00 UTC` */
function renderHeading(common: Labels, count: number, times: string, paint: Paint): readonly string[] {
  const subject = common.size === 0 ? '' : `${common.toMetricString()}: `;
  return [`${paint.link(subject)}${paint.faint(`${count} series${times}`)}`];
}

function labelColumns({ names }: LabelColumns): readonly Column[] {
  return names.map((name) => ({ heading: printableCell(name), align: 'left' }));
}

function labelCells(labels: Labels, { names }: LabelColumns): readonly string[] {
  return names.map((name) => printableCell(labels.get(name)));
}
