import { type Labels, labelsFromPairs } from '@hearth/model';

/** As the API writes it: the time in seconds, the value as text. */
export type FloatPoint = readonly [seconds: number, text: string];

/** A native histogram; it has its buckets too, which nothing here looks at. */
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
      return { kind: resultType, point: parseOne(result, place, FLOAT_POINT) };
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
  return parseAll(data, 'data', TEXT);
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
      ? parseOne(histogram, `${place}.histogram`, HISTOGRAM_POINT)
      : parseOne(value, `${place}.value`, FLOAT_POINT);
  return { labels, point };
}

function parseMatrixSeries(series: unknown, place: string): MatrixSeries {
  if (!isObject(series)) throw new ShapeError(place, 'an object');
  const { metric, values = [], histograms } = series;
  const labels = parseLabels(metric, `${place}.metric`);
  const floats = parseAll(values, `${place}.values`, FLOAT_POINT);
  if (histograms === undefined) return { labels, points: floats };
  const others = parseAll(histograms, `${place}.histograms`, HISTOGRAM_POINT);
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

/** Something small that there may be millions of, so that it is looked at and not built anew. */
interface Item<T> {
  readonly is: (item: unknown) => item is T;
  readonly expected: string;
}

const TEXT: Item<string> = {
  is: (item) => typeof item === 'string',
  expected: 'a text',
};

const FLOAT_POINT: Item<FloatPoint> = {
  is: (item): item is FloatPoint => isPair(item) && typeof item[0] === 'number' && typeof item[1] === 'string',
  expected: 'a time and a value',
};

const HISTOGRAM_POINT: Item<HistogramPoint> = {
  is: (item): item is HistogramPoint => isPair(item) && typeof item[0] === 'number' && isHistogram(item[1]),
  expected: 'a time and a histogram',
};

function isHistogram(value: unknown): value is Histogram {
  return isObject(value) && typeof value.count === 'string' && typeof value.sum === 'string';
}

function parseOne<T>(item: unknown, place: string, { is, expected }: Item<T>): T {
  if (is(item)) return item;
  throw new ShapeError(place, expected);
}

function parseAll<T>(items: unknown, place: string, { is, expected }: Item<T>): readonly T[] {
  if (!Array.isArray(items)) throw new ShapeError(place, 'an array');
  const wrong = items.findIndex((item) => !is(item));
  if (wrong < 0) return items;
  throw new ShapeError(`${place}[${wrong}]`, expected);
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
