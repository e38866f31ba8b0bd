import { formatFloat, tryParseFloat } from '@hearth/model';
import { type Histogram, isHistogramPoint, type Point } from './api-data.ts';

/** The API's text of a value. NaN for what is no number. */
export function numberOf(text: string): number {
  return tryParseFloat(text) ?? Number.NaN;
}

export function formatPoint(point: Point): string {
  return isHistogramPoint(point) ? formatHistogram(point[1]) : formatForPeople(numberOf(point[1]));
}

function formatHistogram({ count, sum }: Histogram): string {
  return `count ${formatForPeople(numberOf(count))}, sum ${formatForPeople(numberOf(sum))}`;
}

const SIGNIFICANT_DIGITS = 6;
const SMALLEST_POSITIONAL = 1e-4;
const LARGEST_POSITIONAL = 1e15;

/** `1,234,567`, `0.333333`, `123,456.8`, `1.5e-07`, `+Inf`: six digits that count, and whole numbers whole. */
export function formatForPeople(value: number): string {
  const magnitude = Math.abs(value);
  if (!Number.isFinite(value) || magnitude === 0) return formatFloat(value);
  if (magnitude < SMALLEST_POSITIONAL || magnitude >= LARGEST_POSITIONAL) {
    return formatFloat(Number(value.toPrecision(SIGNIFICANT_DIGITS)), 'e');
  }
  if (Number.isInteger(value)) return grouped(String(value));
  const digitsBeforePoint = Math.floor(Math.log10(magnitude)) + 1;
  const decimals = Math.max(1, SIGNIFICANT_DIGITS - digitsBeforePoint);
  return grouped(value.toFixed(decimals).replace(/\.?0+$/, ''));
}

function grouped(digits: string): string {
  const [whole, fraction] = digits.split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? text : `${text}.${fraction}`;
}
