import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { register as globalRegistry, type Registry } from 'prom-client';
import { collectRuntimeMetrics, registerAppInfo, registerInfo } from './app-info.ts';
import type { AppMetrics } from './app-metrics.ts';
import { joinPrimary } from './cluster/join-primary.ts';
import { InstrumentError } from './errors.ts';
import { createEndpoint } from './expose/endpoint.ts';
import { type Exposition, type RenderOptions, registrySource, renderExposition } from './expose/exposition.ts';
import type { Exchange } from './http/exchange.ts';
import { createPathMatcher } from './http/excluded-paths.ts';
import { HttpMetrics } from './http/http-metrics.ts';
import { Recorder } from './http/recorder.ts';
import { DerivedLabels } from './labels.ts';
import { createBoundedLog, type Log, logToConsole } from './log.ts';
import {
  counterMeasure,
  gaugeMeasure,
  histogramMeasure,
  type Measure,
  type MeasureContext,
  summaryMeasure,
} from './measure.ts';
import { MetricFactory } from './metrics/metric-factory.ts';
import type { Naming } from './names/naming.ts';
import { selectNaming } from './names/select-naming.ts';
import type { Grouping, InstrumentOptions } from './options.ts';

/** Powers of four from 64 bytes to 16 MiB. */
const SIZE_BUCKETS = [64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216];
const MAX_SERIES = 2000;

/** What the adapter of a framework builds on. */
export interface Instrumentation {
  readonly registry: Registry;
  readonly factory: MetricFactory;
  readonly recorder: Recorder;
  readonly log: Log;
  /**
   * Answers a request for the metrics on the application's own port; undefined if the request is for something else. The
   * promise is fulfilled when the answer is written.
   */
  tryServe(req: IncomingMessage, res: ServerResponse): Promise<void> | undefined;
  /** The application's face, given how its framework joins a function to the requests of a route. */
  appMetrics<Middleware, Req, Res>(
    toMiddleware: (join: (exchange: Exchange | undefined) => void) => Middleware,
  ): AppMetrics<Middleware, Req, Res>;
}

export function createInstrumentation(given: InstrumentOptions<never, never>): Instrumentation {
  const options = given as InstrumentOptions;
  const log = createBoundedLog(options.log ?? logToConsole);
  const registry = options.registry ?? globalRegistry;
  const factory = new MetricFactory({ registry, log, maxSeries: checkedMaxSeries(options.maxSeries ?? MAX_SERIES) });
  const naming = selectNaming(options.names ?? 'prometheus', options.prefix);
  const defaultLabels = options.defaultLabels ?? {};

  registerAppInfo({
    registry,
    naming,
    version: options.version ?? process.env.npm_package_version ?? 'unknown',
    info: options.info ?? {},
    uptimeSeconds: () => process.uptime(),
  });
  if (options.runtimeMetrics ?? true) collectRuntimeMetrics(registry);

  const link = joinPrimary(registry, log);
  const recorder = createRecorder(options, { factory, naming, log, ...(link && { onRecorded: () => link.notify() }) });
  const renderOwn = (renderOptions: RenderOptions): Promise<Exposition> =>
    renderExposition(registrySource(registry), renderOptions, {
      log,
      nowMs: () => performance.now(),
      yieldToEventLoop: () => yieldToEventLoop(),
    });
  const render = (renderOptions: RenderOptions = {}): Promise<Exposition> =>
    link === undefined ? renderOwn(renderOptions) : link.render(renderOwn, renderOptions);
  const endpoint = createEndpoint(options.endpoint ?? {}, { render, log });
  const measures: MeasureContext = { factory, defaultLabels, log };
  return {
    registry,
    factory,
    recorder,
    log,
    tryServe: endpoint.tryServe,
    appMetrics: (toMiddleware) => {
      const attach = (measure: Measure) => toMiddleware((exchange) => recorder.attach(exchange, measure));
      const buckets = options.buckets ?? naming.durationBuckets;
      return {
        registry,
        counter: (spec) => attach(counterMeasure(measures, spec as never)),
        histogram: (spec) => attach(histogramMeasure(measures, spec as never, buckets)),
        summary: (spec) => attach(summaryMeasure(measures, spec as never)),
        gauge: (spec) => attach(gaugeMeasure(measures, spec as never)),
        doNotTrack: () => toMiddleware((exchange) => recorder.restrict(exchange, 'measures')),
        excludeAll: () => toMiddleware((exchange) => recorder.restrict(exchange, 'none')),
        info: (name, help, labels) => registerInfo(registry, name, help, labels),
        render,
        handle: endpoint.handle,
        listen: endpoint.listen,
        server: endpoint.server,
        close: endpoint.close,
      };
    },
  };
}

interface RecorderContext {
  readonly factory: MetricFactory;
  readonly naming: Naming;
  readonly log: Log;
  readonly onRecorded?: () => void;
}

function createRecorder(options: InstrumentOptions, { factory, naming, log, ...hooks }: RecorderContext): Recorder {
  const grouping = options.groupBy ?? 'route';
  const httpMetrics =
    options.httpMetrics === false
      ? undefined
      : new HttpMetrics(factory, {
          naming,
          endpointLabel: typeof grouping === 'object' ? grouping.label : naming.endpointLabel,
          labels: new DerivedLabels(options.defaultLabels ?? {}, log),
          durationAs: options.durationAs ?? 'histogram',
          durationBuckets: options.buckets ?? naming.durationBuckets,
          sizeBuckets: options.sizeBuckets ?? SIZE_BUCKETS,
          maxSeries: options.maxSeries ?? MAX_SERIES,
        });
  return new Recorder({
    httpMetrics,
    isExcluded: options.excludedPaths?.length ? createPathMatcher(options.excludedPaths) : undefined,
    excludeMeasures: options.excludeMeasures ?? true,
    groupOf: groupFunction(grouping),
    exemplarOf: options.exemplar,
    log,
    nowMs: () => performance.now(),
    wallClockMs: () => Date.now(),
    ...hooks,
  });
}

function groupFunction(grouping: Grouping) {
  if (grouping === 'route') return undefined;
  if (grouping === 'path') return (exchange: { readonly path: string }) => exchange.path;
  return grouping.value;
}

function checkedMaxSeries(maxSeries: number): number {
  if (Number.isInteger(maxSeries) && maxSeries > 0) return maxSeries;
  throw new InstrumentError('invalid_option', `maxSeries must be a whole number above 0, not ${maxSeries}`);
}
