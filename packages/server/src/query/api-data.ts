import { type Labels, labelsFromPairs } from '@hearth/model';

/** As the API writes it: the time in seconds, the value as text. */
export type FloatPoint = readonly [seconds: number, text: string];

/** The part of a native histogram that is printed. */
export interface Histogram {
  readonly count: string;
  readonly sum: string;
}

export type HistogramPoint = readonly [seconds: number, histogram: Histogram];

export type Point = FloatPoint | HistogramPoint;

export interface VectorSeries {
  readonly labels: Labels;
  readonly point: Point;
}

export interface MatrixSeries {
  readonly labels: Labels;
  /** By rising time. */
  readonly points: readonly Point[];
}

/** The `data` that `/query` and `/query_range` answer with. */
export type QueryData =
  | { readonly kind: 'vector'; readonly series: readonly VectorSeries[] }
  | { readonly kind: 'matrix'; readonly series: readonly MatrixSeries[] }
  | { readonly kind: 'scalar' | 'string'; readonly point: FloatPoint };

/** Data that are not what the API promises. The message names the place: `data.result[3].value`. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';

  constructor(place: string, expected: string) {
    super(`${place} is not ${expected}`);
  }
}

/** Checks everything that comes from outside. Throws a ShapeError. */
export function parseQueryData(data: unknown): QueryData {
  if (!isObject(data)) throw new ShapeError('data', 'an object');
  const { resultType, result } = data;
  const place = 'data.result';
  switch (resultType) {
    case 'vector':
      return { kind: 'vector', series: parseArray(result, place, parseVectorSeries) };
    case 'matrix':
      return { kind: 'matrix', series: parseArray(result, place, parseMatrixSeries) };
    case 'scalar':
    case 'string':
      return { kind: resultType, point: parseFloatPoint(result, place) };
    default:
      throw new ShapeError('data.resultType', 'a type of result that is known here');
  }
}

/** What `/series` answers with. Throws a ShapeError. */
export function parseLabelSets(data: unknown): readonly Labels[] {
  return parseArray(data, 'data', parseLabels);
}

/** What `/labels` and `/label/…/values` answer with. Throws a ShapeError. */
export function parseTexts(data: unknown): readonly string[] {
  return parseArray(data, 'data', parseText);
}

export function isHistogramPoint(point: Point): point is HistogramPoint {
  return typeof point[1] !== 'string';
}

function parseVectorSeries(series: unknown, place: string): VectorSeries {
  if (!isObject(series)) throw new ShapeError(place, 'an object');
  const { metric, value, histogram } = series;
  const labels = parseLabels(metric, `${place}.metric`);
  const point =
    value === undefined && histogram !== undefined
      ? parseHistogramPoint(histogram, `${place}.histogram`)
      : parseFloatPoint(value, `${place}.value`);
  return { labels, point };
}

function parseMatrixSeries(series: unknown, place: string): MatrixSeries {
  if (!isObject(series)) throw new ShapeError(place, 'an object');
  const { metric, values = [], histograms } = series;
  const labels = parseLabels(metric, `${place}.metric`);
  const floats = parseArray(values, `${place}.values`, parseFloatPoint);
  if (histograms === undefined) return { labels, points: floats };
  const others = parseArray(histograms, `${place}.histograms`, parseHistogramPoint);
  return { labels, points: [...floats, ...others].toSorted((a, b) => a[0] - b[0]) };
}

function parseLabels(labels: unknown, place: string): Labels {
  if (!isObject(labels)) throw new ShapeError(place, 'an object of labels');
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(labels)) {
    if (name === '' || typeof value !== 'string') throw new ShapeError(place, 'an object of labels');
    pairs.push(name, value);
  }
  return labelsFromPairs(pairs);
}

function parseFloatPoint(point: unknown, place: string): FloatPoint {
  if (isPair(point) && typeof point[0] === 'number' && typeof point[1] === 'string') return [point[0], point[1]];
  throw new ShapeError(place, 'a time and a value');
}

function parseHistogramPoint(point: unknown, place: string): HistogramPoint {
  if (isPair(point) && typeof point[0] === 'number' && isObject(point[1])) {
    const { count, sum } = point[1];
    if (typeof count === 'string' && typeof sum === 'string') return [point[0], { count, sum }];
  }
  throw new ShapeError(place, 'a time and a histogram');
}

function parseText(text: unknown, place: string): string {
  if (typeof text === 'string') return text;
  throw new ShapeError(place, 'a text');
}

function parseArray<T>(array: unknown, place: string, parseItem: (item: unknown, place: string) => T): readonly T[] {
  if (!Array.isArray(array)) throw new ShapeError(place, 'an array');
  return array.map((item: unknown, i) => parseItem(item, `${place}[${i}]`));
}

function isPair(value: unknown): value is readonly [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
