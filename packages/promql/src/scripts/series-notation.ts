import { createLabels, LabelError, type Labels, METRIC_NAME, tryParseFloat } from '@hearth/model';
import { decodeString, endOfString } from '../syntax/string-literal.ts';

/** One step of a series. Native histograms are recognised, and not supported. */
export type SequenceValue = number | 'omitted' | 'stale' | 'histogram';

export interface SeriesNotation {
  readonly labels: Labels;
  /** One a step, from the first on. */
  readonly values: readonly SequenceValue[];
}

/** A text that is no series. */
export class SeriesNotationError extends Error {
  override readonly name = 'SeriesNotationError';
}

/** As many values as one series may have: at one a minute, almost two years. */
const MAX_VALUES = 1_000_000;

/** `name{label="value"} values`, as in `load` and in the tests of rules. Throws a SeriesNotationError. */
export function parseSeriesNotation(text: string): SeriesNotation {
  const { labels, end } = takeMetric(text);
  if (/^@st\s/.test(text.slice(end))) throw new SeriesNotationError('start timestamps (@st) are not supported');
  if (end < text.length && !/\s/.test(text[end])) throw unexpected(text, end, 'a space and values');
  return { labels, values: parseSequence(text.slice(end)) };
}

/** A metric alone, such as `name{label="value"}` or `{}`. Throws a SeriesNotationError. */
export function parseMetric(text: string): Labels {
  const { labels, end } = takeMetric(text);
  if (end < text.length) throw unexpected(text, end, 'the end of the metric');
  return labels;
}

/** Values of successive steps: `1 2 _ stale 5+2x10 3x4 _x5`. Throws a SeriesNotationError. */
export function parseSequence(text: string): readonly SequenceValue[] {
  const values: SequenceValue[] = [];
  for (const [item] of text.matchAll(ITEMS)) {
    const { value, delta, times } = parseItem(item);
    if (values.length + times > MAX_VALUES) throw new SeriesNotationError(`${item}: more than ${MAX_VALUES} values`);
    let current = value;
    for (let i = 0; i < times; i++) {
      values.push(current);
      if (typeof current === 'number') current += delta;
    }
  }
  return values;
}

const ITEMS = /\{\{.*?\}\}(?:[+-]\{\{.*?\}\})?\S*|\S+/g;
const HISTOGRAM = /^\{\{.*?\}\}(?:[+-]\{\{.*?\}\}(?=x))?(?:x(\d+))?$/;
const BLANK = /^_(?:x(\d+))?$/;
const NUMBER = String.raw`(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const REPEATED = new RegExp(`^([+-]?${NUMBER})(?:([+-]${NUMBER}(?=x))?x(\\d+))?$`);
const WORD = /^[+-]?(?:inf|nan)$/i;

interface Item {
  readonly value: SequenceValue;
  readonly delta: number;
  readonly times: number;
}

/** `ax3` is four values: the first, and three more. `_x3` is three. */
function parseItem(item: string): Item {
  if (item === 'stale') return { value: 'stale', delta: 0, times: 1 };
  const blank = BLANK.exec(item);
  if (blank) return { value: 'omitted', delta: 0, times: Number(blank[1] ?? 1) };
  if (WORD.test(item)) return { value: tryParseFloat(item.replace(/^[+-](?=nan)/i, ''))!, delta: 0, times: 1 };
  const repeated = REPEATED.exec(item);
  if (repeated) {
    const [, value, delta, times] = repeated;
    return { value: toNumber(value), delta: toNumber(delta ?? '0'), times: Number(times ?? 0) + 1 };
  }
  const histogram = HISTOGRAM.exec(item);
  if (histogram) return { value: 'histogram', delta: 0, times: Number(histogram[1] ?? 0) + 1 };
  throw new SeriesNotationError(`${JSON.stringify(item)} is no value: 1, 1x2, 1+2x3, _, _x4, stale, Inf and NaN are`);
}

function toNumber(text: string): number {
  return Number(text.replaceAll('_', ''));
}

const NAME = /[a-zA-Z_:][\w:]*/y;
const SPACES = /\s*/y;

function takeMetric(text: string): { readonly labels: Labels; readonly end: number } {
  const pairs: [string, string][] = [];
  const name = match(NAME, text, 0);
  if (name !== '') pairs.push([METRIC_NAME, name]);
  let end = name.length;
  if (text[end] === '{' && !text.startsWith('{{', end)) end = takeLabels(text, end, pairs);
  if (end === 0) throw unexpected(text, 0, 'a metric');
  try {
    return { labels: createLabels(pairs), end };
  } catch (cause) {
    if (!(cause instanceof LabelError)) throw cause;
    throw new SeriesNotationError(cause.reason, { cause });
  }
}

/** Adds the labels between braces, and returns where they end. */
function takeLabels(text: string, start: number, pairs: [string, string][]): number {
  let at = skipSpaces(text, start + 1);
  while (text[at] !== '}') {
    const label = takeName(text, at);
    at = skipSpaces(text, label.end);
    if (text[at] === '=') {
      const value = takeString(text, skipSpaces(text, at + 1));
      pairs.push([label.name, value.text]);
      at = skipSpaces(text, value.end);
    } else if (label.isQuoted) {
      pairs.push([METRIC_NAME, label.name]);
    } else {
      throw unexpected(text, at, '"="');
    }
    if (text[at] === ',') at = skipSpaces(text, at + 1);
    else if (text[at] !== '}') throw unexpected(text, at, '"," or "}"');
  }
  return at + 1;
}

function takeName(text: string, at: number) {
  const name = match(NAME, text, at);
  if (name !== '') return { name, end: at + name.length, isQuoted: false };
  const { text: quoted, end } = takeString(text, at);
  return { name: quoted, end, isQuoted: true };
}

function takeString(text: string, start: number): { readonly text: string; readonly end: number } {
  const end = `"'\``.includes(text[start] ?? ' ') ? endOfString(text, start) : undefined;
  if (end === undefined) throw unexpected(text, start, 'a string');
  const decoded = decodeString(text.slice(start, end));
  if (typeof decoded === 'object') throw new SeriesNotationError(decoded.reason);
  return { text: decoded, end };
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function skipSpaces(text: string, at: number): number {
  return at + match(SPACES, text, at).length;
}

function unexpected(text: string, at: number, wanted: string): SeriesNotationError {
  const found = at < text.length ? JSON.stringify(text[at]) : 'the end';
  return new SeriesNotationError(`column ${at + 1}: found ${found} instead of ${wanted}`);
}
