import type { Labels, SymbolTable } from '@hearth/model';
import type { Appender, Pace } from '@hearth/tsdb';
import { HttpClientError } from '../../http-client/http-client-error.ts';
import type { Clock } from '../../time/clock.ts';
import { type AppendLine, failureLine } from '../failure-log.ts';
import type { ScrapeMetrics } from '../metrics.ts';
import { ScrapeError } from '../scrape-error.ts';
import type { ScrapeLog } from '../scrape-log.ts';
import { type BodyCounts, createBodyCounts } from '../series/body-reader.ts';
import { explainExcess } from '../series/explain-excess.ts';
import { ScrapedSeries, type SeriesRules } from '../series/scraped-series.ts';
import { createSeriesLabels } from '../series/series-labels.ts';
import type { Storage } from '../storage.ts';
import type { Target } from '../targets/target.ts';
import type { BodyBuffers } from './body-buffers.ts';
import { type FetchedBody, fetchBody } from './fetch-body.ts';
import { ProcessWatch } from './process-watch.ts';
import { ReportSeries } from './report-series.ts';
import type { ScrapeSettings } from './scrape-settings.ts';

/** Samples with timestamps further ahead are not taken, as in Prometheus. */
const MAX_AHEAD_MS = 10 * 60 * 1000;

/** What all scrapes of the process have in common. */
export interface ScrapeContext {
  readonly storage: Storage;
  readonly clock: Clock;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly metrics: ScrapeMetrics;
  readonly log: ScrapeLog;
  readonly symbols: SymbolTable;
  readonly pace: Pace;
  readonly buffers: BodyBuffers;
  /** For `scrape_failure_log_file`. */
  readonly appendLine: AppendLine;
}

/** What came of asking a target. */
interface Outcome {
  readonly counts: BodyCounts;
  bodyBytes: number;
  error: Error | undefined;
  warnings: readonly string[];
}

/** Scrapes one target: a request, a transaction, and what is said about it. Calls do not overlap. */
export class TargetScrape {
  readonly #context: ScrapeContext;
  readonly #target: Target;
  readonly #series: ScrapedSeries;
  readonly #report: ReportSeries;
  readonly #watch = new ProcessWatch();
  #settings: ScrapeSettings;

  constructor(context: ScrapeContext, target: Target, settings: ScrapeSettings) {
    this.#context = context;
    this.#target = target;
    this.#settings = settings;
    const { symbols, pace } = context;
    this.#series = new ScrapedSeries({ rules: seriesRules(settings, target.labels), symbols, pace });
    this.#report = new ReportSeries(target.labels);
    this.#report.hasExtra = settings.config.extraScrapeMetrics;
    target.metadata = this.#series.metadata;
  }

  /** Other settings from the next scrape on. `keepsSeries`: series are stored as before. */
  configure(settings: ScrapeSettings, { keepsSeries }: { readonly keepsSeries: boolean }): void {
    this.#settings = settings;
    this.#report.hasExtra = settings.config.extraScrapeMetrics;
    this.#series.changeRules(seriesRules(settings, this.#target.labels), { keepsSeries });
  }

  /**
   * Never rejects: what goes wrong is the target's last error. A scrape that `signal` ends leaves no trace.
   * `forcedError` is what is wrong with the target before it is asked.
   */
  async scrape(timestampMs: number, signal: AbortSignal, forcedError?: ScrapeError): Promise<void> {
    const { clock, now, buffers } = this.#context;
    const startedMs = clock.nowMs();
    const startMs = now();
    const buffer = buffers.take();
    const outcome: Outcome = { counts: createBodyCounts(), bodyBytes: 0, error: forcedError, warnings: [] };
    let body: FetchedBody | undefined;
    if (forcedError === undefined) {
      try {
        const settings = this.#settings;
        body = await fetchBody({ target: this.#target, settings, clock, buffer, signal });
        outcome.warnings = body.warnings;
        outcome.bodyBytes = body.bytes.length;
      } catch (error) {
        outcome.error = asError(error);
        if (error instanceof HttpClientError && error.code === 'body_too_large') outcome.bodyBytes = -1;
        if (!signal.aborted) this.#logFailure(outcome.error);
      }
    }
    if (!signal.aborted) {
      const durationMs = await this.#store(timestampMs, startedMs, body, outcome);
      this.#conclude(outcome, { startMs, durationMs });
    }
    buffers.give(buffer);
  }

  #logFailure({ message }: Error): void {
    const { scrapeFailureLogFile } = this.#settings.config;
    if (scrapeFailureLogFile === undefined) return;
    const { scrapePool: job, scrapeUrl: target } = this.#target;
    this.#context.appendLine(scrapeFailureLogFile, failureLine({ timeMs: this.#context.now(), job, target, message }));
  }

  /** Marks all series as ended, those about the scrapes included. */
  async end(timestampMs: number): Promise<void> {
    const appender = this.#context.storage.appender();
    await this.#series.appendEnd(appender, timestampMs);
    this.#report.appendEnd(appender, timestampMs);
    await appender.commit();
    this.#series.accept();
  }

  /** One transaction; resolves to how long it took until then. */
  async #store(
    timestampMs: number,
    startedMs: number,
    body: FetchedBody | undefined,
    outcome: Outcome,
  ): Promise<number> {
    const { storage, clock } = this.#context;
    let appender = storage.appender();
    try {
      if (body !== undefined) appender = await this.#appendBody(appender, timestampMs, body, outcome);
      else await this.#series.appendEnd(appender, timestampMs);
      const durationMs = clock.nowMs() - startedMs;
      this.#appendReport(appender, timestampMs, durationMs, outcome);
      await appender.commit();
      this.#series.accept();
      return durationMs;
    } catch (error) {
      const reason = asError(error).message;
      outcome.error = new ScrapeError('storage_failed', `the samples could not be stored: ${reason}`, { cause: error });
      return clock.nowMs() - startedMs;
    }
  }

  /** If the body cannot be taken, nothing of it is: then its series end. */
  async #appendBody(appender: Appender, timestampMs: number, body: FetchedBody, outcome: Outcome): Promise<Appender> {
    const { storage, now, pace } = this.#context;
    const { bytes, format } = body;
    const maxTimestampMs = now() + MAX_AHEAD_MS;
    try {
      await this.#series.append(appender, { bytes, format, timestampMs, maxTimestampMs }, outcome.counts);
      return appender;
    } catch (error) {
      outcome.error = asError(error);
      if (error instanceof ScrapeError && error.code === 'sample_limit') {
        outcome.error = new ScrapeError(
          'sample_limit',
          `${error.message}; ${await explainExcess(bytes, format, pace)}`,
        );
      }
    }
    await appender.rollback();
    // None of them has come to be.
    outcome.counts.added = 0;
    const instead = storage.appender();
    await this.#series.appendEnd(instead, timestampMs);
    return instead;
  }

  #appendReport(appender: Appender, timestampMs: number, durationMs: number, outcome: Outcome): void {
    const { counts, bodyBytes, error } = outcome;
    this.#report.append(appender, timestampMs, {
      isUp: error === undefined,
      durationSeconds: durationMs / 1000,
      scraped: counts.scraped,
      kept: counts.kept,
      added: counts.added,
      timeoutSeconds: this.#target.scrapeTimeoutMs / 1000,
      sampleLimit: this.#settings.config.limits.samples,
      bodyBytes,
    });
  }

  #conclude(outcome: Outcome, times: { readonly startMs: number; readonly durationMs: number }): void {
    const { error } = outcome;
    const warnings = [...outcome.warnings];
    if (error === undefined) warnings.push(...this.#oddities(outcome.counts));
    this.#target.report({ ...times, error: error?.message ?? '', warnings });
    this.#count(outcome);
  }

  #oddities({ scraped, duplicates, outOfOrder, outOfBounds }: BodyCounts): string[] {
    const { layout } = this.#series;
    const oddities: string[] = [];
    if (scraped === 0) oddities.push('The target answers with success, but without a single sample.');
    else {
      const several = this.#watch.observe(layout);
      if (several !== undefined) oddities.push(several);
    }
    if (duplicates > 0) oddities.push(`${duplicates} samples were left out: their series stands in the answer twice.`);
    if (outOfOrder > 0) oddities.push(`${outOfOrder} samples were left out: their series have newer ones.`);
    if (outOfBounds > 0) oddities.push(`${outOfBounds} samples were left out: they are too old, or lie too far ahead.`);
    return oddities;
  }

  #count({ counts, error }: Outcome): void {
    const { metrics, log } = this.#context;
    const { scrapePool: job, scrapeUrl: target } = this.#target;
    if (counts.duplicates > 0) metrics.count('duplicate_timestamp', counts.duplicates);
    if (counts.outOfOrder > 0) metrics.count('out_of_order', counts.outOfOrder);
    if (counts.outOfBounds > 0) metrics.count('out_of_bounds', counts.outOfBounds);
    if (counts.badExemplars > 0) metrics.count('exemplar_out_of_order', counts.badExemplars);
    if (error === undefined) return;
    if (error instanceof HttpClientError && error.code === 'body_too_large') metrics.count('body_size_limit_exceeded');
    if (error instanceof ScrapeError) {
      if (error.code === 'sample_limit') metrics.count('sample_limit_exceeded');
      else if (error.code.startsWith('label_')) metrics.count('label_limits_exceeded');
    }
    const level = error instanceof ScrapeError && error.code === 'storage_failed' ? 'error' : 'debug';
    log({ level, message: `scrape failed: ${error.message}`, job, target });
  }
}

function seriesRules({ config, relabel }: ScrapeSettings, target: Labels): SeriesRules {
  const { honorLabels, honorTimestamps, trackTimestampsStaleness, limits, metricNameValidationScheme } = config;
  const seriesLabels = createSeriesLabels({ target, honorLabels, relabel });
  return { seriesLabels, honorTimestamps, trackTimestampsStaleness, limits, metricNameValidationScheme };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
