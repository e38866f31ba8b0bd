import type { Labels } from '@hearth/model';
import { isHistogramPoint, type Point, type QueryData } from './api-data.ts';
import { findLabelNames } from './label-columns.ts';
import { formatRfc3339 } from './utc.ts';

/** The lines of RFC 4180 for programs: a column for each label, then time and value. One line for each sample. */
export function* renderCsv(data: QueryData): Generator<string> {
  if ('point' in data) {
    yield csvLine(['time', 'value']);
    yield csvLine(pointFields(data.point));
    return;
  }
  const names = findLabelNames(data.series.map(({ labels }) => labels));
  yield csvLine([...names, 'time', 'value']);
  for (const series of data.series) {
    const start = names.map((name) => `${csvField(series.labels.get(name))},`).join('');
    const points = 'points' in series ? series.points : [series.point];
    for (const point of points) yield start + csvLine(pointFields(point));
  }
}

export function* renderLabelSetsCsv(sets: readonly Labels[]): Generator<string> {
  const names = findLabelNames(sets);
  if (names.length > 0) yield csvLine(names);
  for (const labels of sets) yield csvLine(names.map((name) => labels.get(name)));
}

export function* renderTextsCsv(heading: string, texts: readonly string[]): Generator<string> {
  yield csvLine([heading]);
  for (const text of texts) yield csvLine([text]);
}

function pointFields(point: Point): readonly [time: string, value: string] {
  const value = isHistogramPoint(point) ? JSON.stringify(point[1]) : point[1];
  return [formatRfc3339(point[0] * 1000), value];
}

function csvLine(fields: readonly string[]): string {
  return fields.map(csvField).join(',');
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
