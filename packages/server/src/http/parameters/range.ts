import type { TimeRange } from '@hearth/model';
import type { FormValues } from './form-values.ts';
import { MAX_TIME_MS, MIN_TIME_MS, parseOptionalTime } from './times.ts';

/** From `start` to `end`, which may both be left out. The end may lie before the start: then there is nothing in it. */
export function parseRange(form: FormValues): TimeRange {
  const startMs = parseOptionalTime(form, 'start', MIN_TIME_MS);
  return { startMs, endMs: parseOptionalTime(form, 'end', MAX_TIME_MS) };
}
