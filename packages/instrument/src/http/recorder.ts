import { describeThrown, type Log } from '../log.ts';
import type { Measure } from '../measure.ts';
import type { Exemplar } from '../metrics/metric.ts';
import { type ActiveMeasure, type Exchange, type ExchangeView, type Tracking, UNMATCHED } from './exchange.ts';
import type { HttpMetrics } from './http-metrics.ts';
import { tryTraceExemplar } from './traceparent.ts';

export interface RecorderOptions {
  /** Absent when the metrics of HTTP requests are not wanted. */
  readonly httpMetrics: HttpMetrics | undefined;
  readonly isExcluded: ((path: string) => boolean) | undefined;
  readonly excludeMeasures: boolean;
  /** Finds the value of the endpoint label when the response is over; undefined leaves what the framework's router said. */
  readonly groupOf: ((exchange: ExchangeView) => string | undefined) | undefined;
  readonly exemplarOf: ((request: unknown) => Readonly<Record<string, string>> | undefined) | false | undefined;
  readonly log: Log;
  readonly nowMs: () => number;
  readonly wallClockMs: () => number;
  /** Called after every request that was counted. */
  readonly onRecorded?: () => void;
}

/** Longer route templates do not exist; longer paths do, where they are used to group. */
const MAX_ENDPOINT_LENGTH = 256;

/**
 * Leads each request from begin to finish. Every method that an application's requests run through catches what goes
 * wrong in it, logs it once and lets the request go on uncounted.
 */
export class Recorder {
  readonly #options: RecorderOptions;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Counts a request as in flight; false if it is not to be tracked at all. */
  begin(exchange: Exchange): boolean {
    try {
      const { isExcluded, httpMetrics, excludeMeasures, nowMs } = this.#options;
      exchange.startedAtMs = nowMs();
      if (isExcluded?.(exchange.path)) {
        if (excludeMeasures) return false;
        exchange.tracking = 'measures';
        return true;
      }
      httpMetrics?.started();
      exchange.isInFlight = true;
      return true;
    } catch (error) {
      this.reportFault('begin', error);
      return false;
    }
  }

  attach(exchange: Exchange | undefined, measure: Measure): void {
    if (exchange === undefined || exchange.isOver || exchange.tracking === 'none') return;
    try {
      exchange.measures ??= [];
      exchange.measures.push(measure(exchange));
    } catch (error) {
      this.reportFault('attach', error);
    }
  }

  /** Narrows what a request counts in; it can not be widened again. */
  restrict(exchange: Exchange | undefined, tracking: Exclude<Tracking, 'all'>): void {
    if (exchange !== undefined && exchange.tracking !== 'none') exchange.tracking = tracking;
  }

  /** Says that the handling of a request ended in `error`. A refusal (an error with a 4xx status) is not a failure. */
  fail(exchange: Exchange | undefined, error: unknown): void {
    try {
      if (exchange !== undefined && !isRefusal(error)) exchange.hasFailed = true;
    } catch (fault) {
      this.reportFault('fail', fault);
    }
  }

  /** Gives up a request that cannot be led to its finish. */
  abandon(exchange: Exchange, error: unknown): void {
    this.reportFault('observing it', error);
    if (exchange.isOver) return;
    exchange.isOver = true;
    if (exchange.isInFlight) this.#options.httpMetrics?.ended();
    exchange.tracking = 'none';
    if (exchange.measures !== undefined) this.#finishMeasures(exchange, exchange.measures);
  }

  /**
   * Counts the request, whose status and sizes the caller has set; further calls for it do nothing. `traceparent` is the header of
   * that name.
   */
  finish(exchange: Exchange, traceparent: string | undefined): void {
    if (exchange.isOver) return;
    exchange.isOver = true;
    const { httpMetrics, nowMs, onRecorded } = this.#options;
    if (exchange.isInFlight) httpMetrics?.ended();
    try {
      exchange.durationSeconds = Math.max(0, nowMs() - exchange.startedAtMs) / 1000;
      this.#findEndpoint(exchange);
      if (exchange.tracking === 'all') httpMetrics?.record(exchange, this.#exemplarOf(exchange, traceparent));
      onRecorded?.();
    } catch (error) {
      this.reportFault('finish', error);
    }
    if (exchange.measures !== undefined) this.#finishMeasures(exchange, exchange.measures);
  }

  #finishMeasures(exchange: Exchange, measures: readonly ActiveMeasure[]): void {
    for (const measure of measures) {
      try {
        if (exchange.tracking === 'none') measure.revert();
        else measure.finish(exchange);
      } catch (error) {
        this.reportFault('measure', error);
      }
    }
  }

  #findEndpoint(exchange: Exchange): void {
    const { groupOf } = this.#options;
    exchange.endpoint = exchange.routeOf?.(exchange) ?? exchange.endpoint;
    if (groupOf !== undefined) exchange.endpoint = groupOf(exchange) ?? UNMATCHED;
    if (exchange.endpoint.length > MAX_ENDPOINT_LENGTH)
      exchange.endpoint = exchange.endpoint.slice(0, MAX_ENDPOINT_LENGTH);
  }

  #exemplarOf(exchange: Exchange, traceparent: string | undefined): Exemplar | undefined {
    const { exemplarOf, wallClockMs } = this.#options;
    if (exemplarOf === false) return undefined;
    const labelSet =
      exemplarOf === undefined ? traceparent && tryTraceExemplar(traceparent) : exemplarOf(exchange.request);
    if (!labelSet) return undefined;
    return { labelSet, value: exchange.durationSeconds, timestamp: wallClockMs() / 1000 };
  }

  /** For a fault beside these methods that leaves a request uncounted. */
  reportFault(where: string, error: unknown): void {
    this.#options.log(`a request was not counted, ${where} failed: ${describeThrown(error)}`);
  }
}

function isRefusal(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { status, statusCode } = error as { status?: unknown; statusCode?: unknown };
  const code = typeof status === 'number' ? status : statusCode;
  return typeof code === 'number' && code >= 400 && code < 500;
}
