import type { Queryable } from '@hearth/model';
import {
  type Annotation,
  type Engine,
  type InstantQuery,
  PromqlError,
  type QueryResult,
  type QueryStats,
  type RangeQuery,
  type Value,
} from '@hearth/promql';
import { badData, invalidParameter } from '../errors/http-errors.ts';
import { httpErrorOfQuery } from '../errors/of-query.ts';
import { objectPart, valuePart } from '../json/json-part.ts';
import { resultPart } from '../json/result-part.ts';
import type { FormValues } from '../parameters/form-values.ts';
import { parseLimit } from '../parameters/limits.ts';
import { parseDurationMs, parseDurationNanoseconds, parseOptionalTime, parseTime } from '../parameters/times.ts';
import { type ApiAnswer, type ApiCall, type ApiRoute, READ_BY_FORM } from './route.ts';
import { TRUNCATED } from './truncated.ts';

export interface QueryRoutesOptions {
  readonly engine: Engine;
  readonly storage: () => Queryable;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** A week at a minute each, or a year at an hour each. */
const MAX_STEPS = 11_000;
const NANOSECONDS_PER_MS = 1e6;

/** Annotations of one kind that an answer has; there may be one for each series. */
const MAX_ANNOTATIONS = 10;

/** `/query` and `/query_range`. */
export function queryRoutes(options: QueryRoutesOptions): readonly ApiRoute[] {
  return [
    { methods: READ_BY_FORM, path: '/query', answer: (call) => answerInstant(options, call) },
    { methods: READ_BY_FORM, path: '/query_range', answer: (call) => answerRange(options, call) },
  ];
}

async function answerInstant({ engine, storage, now }: QueryRoutesOptions, call: ApiCall): Promise<ApiAnswer> {
  const { form, signal } = call;
  const limit = parseLimit(form);
  const timestampMs = parseOptionalTime(form, 'time', now());
  const overrides = parseOverrides(form);
  const query = { text: form.get('query'), timestampMs, signal, ...overrides };
  return answerResult(await run(engine, query, () => engine.instant(storage(), query)), form, limit);
}

async function answerRange({ engine, storage }: QueryRoutesOptions, call: ApiCall): Promise<ApiAnswer> {
  const { form, signal } = call;
  const limit = parseLimit(form);
  const grid = parseGrid(form);
  const overrides = parseOverrides(form);
  const query = { text: form.get('query'), ...grid, signal, ...overrides };
  return answerResult(await run(engine, query, () => engine.range(storage(), query)), form, limit);
}

/** A query that has no time at all is only looked at: it fails for what is wrong with it, and else for that. */
async function run(
  engine: Engine,
  query: InstantQuery | RangeQuery,
  ask: () => Promise<QueryResult>,
): Promise<QueryResult> {
  try {
    if (query.timeoutMs === undefined || query.timeoutMs > 0) return await ask();
    engine.explain(query);
    throw new PromqlError('timeout', 'query timed out in query queue');
  } catch (error) {
    throw httpErrorOfQuery(error);
  }
}

function parseGrid(form: FormValues): { readonly startMs: number; readonly endMs: number; readonly stepMs: number } {
  const startMs = parseTime(form, 'start');
  const endMs = parseTime(form, 'end');
  if (endMs < startMs) throw invalidParameter('end', 'end timestamp must not be before start time');
  const stepMs = parseDurationMs(form, 'step');
  if (stepMs <= 0) {
    const reason = 'zero or negative query resolution step widths are not accepted. Try a positive integer';
    throw invalidParameter('step', reason);
  }
  if (Math.floor((endMs - startMs) / stepMs) > MAX_STEPS) {
    const advice = 'Try decreasing the query resolution (?step=XX)';
    throw badData(`exceeded maximum resolution of 11,000 points per timeseries. ${advice}`);
  }
  if (stepMs < 1) throw invalidParameter('step', 'steps shorter than a millisecond are not accepted');
  return { startMs, endMs, stepMs: Math.floor(stepMs) };
}

function parseOverrides(form: FormValues): { readonly timeoutMs?: number; readonly lookbackMs?: number } {
  return {
    ...(form.get('timeout') !== '' && { timeoutMs: parseDurationMs(form, 'timeout') }),
    ...(form.get('lookback_delta') !== '' && parseLookback(form.get('lookback_delta'))),
  };
}

/** None, for what is not positive: then the engine's own holds. */
function parseLookback(text: string): { readonly lookbackMs?: number } {
  try {
    const lookbackMs = Math.floor(parseDurationNanoseconds(text) / NANOSECONDS_PER_MS);
    return lookbackMs > 0 ? { lookbackMs } : {};
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw badData(`error parsing lookback delta duration: ${error.message}`, error);
  }
}

function answerResult({ value, annotations, stats }: QueryResult, form: FormValues, limit: number): ApiAnswer {
  const shown = truncate(value, limit);
  const data = objectPart({
    resultType: valuePart(value.kind),
    result: resultPart(shown),
    stats: form.get('stats') === '' ? undefined : valuePart(printStats(stats)),
  });
  const warnings = messages(annotations, 'warning');
  if (shown !== value) warnings.push(TRUNCATED);
  const statsWarning = tryStatsWarning(form.get('stats'));
  if (statsWarning !== undefined) warnings.push(statsWarning);
  return { data, warnings, infos: messages(annotations, 'info') };
}

function messages(annotations: readonly Annotation[], level: Annotation['level']): string[] {
  const all = annotations.filter((annotation) => annotation.level === level).map(({ message }) => message);
  const omitted = all.length - MAX_ANNOTATIONS;
  return omitted > 0 ? [...all.slice(0, MAX_ANNOTATIONS), `${omitted} more ${level} annotations omitted`] : all;
}

function truncate(value: Value, limit: number): Value {
  if (limit === 0) return value;
  if (value.kind === 'vector' && value.samples.length > limit) {
    return { ...value, samples: value.samples.slice(0, limit) };
  }
  if (value.kind === 'matrix' && value.series.length > limit) {
    return { ...value, series: value.series.slice(0, limit) };
  }
  return value;
}

function tryStatsWarning(stats: string): string | undefined {
  if (['', 'true', 'all'].includes(stats)) return undefined;
  const wanted = 'use "true" or "all"';
  return `value ${JSON.stringify(stats)} for parameter "stats" is deprecated and will be rejected in the next major release, ${wanted}`;
}

/** Times in seconds. The engine does not measure sorting on its own. */
function printStats({ samplesRead, peakSamples, queuedMs, preparationMs, evaluationMs }: QueryStats): unknown {
  const totalMs = preparationMs + evaluationMs;
  return {
    timings: {
      evalTotalTime: totalMs / 1000,
      resultSortTime: 0,
      queryPreparationTime: preparationMs / 1000,
      innerEvalTime: evaluationMs / 1000,
      execQueueTime: queuedMs / 1000,
      execTotalTime: (queuedMs + totalMs) / 1000,
    },
    samples: { totalQueryableSamples: samplesRead, peakSamples },
  };
}
