import cluster from 'node:cluster';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { register as globalRegistry, type Registry } from 'prom-client';
import { collectRuntimeMetrics } from '../app-info.ts';
import { InstrumentError } from '../errors.ts';
import { createEndpoint } from '../expose/endpoint.ts';
import { type Exposition, type RenderOptions, renderExposition } from '../expose/exposition.ts';
import type { Guard } from '../expose/guard.ts';
import type { ListenOptions, MetricsServer } from '../expose/server.ts';
import { createBoundedLog, type Log, logToConsole } from '../log.ts';
import { MergedMetrics } from './primary/merged-metrics.ts';
import { TotalsAnswers } from './primary/totals-answers.ts';
import { WorkerCollector } from './primary/worker-collector.ts';
import { attachToCluster } from './primary/worker-pool.ts';
import { RegistryReader } from './report/registry-reader.ts';
import { goRound, systemScheduler } from './scheduler.ts';
import { MAX_LINES_LEFT_BEHIND, MAX_LINES_PER_PROCESS, MAX_METRICS_PER_PROCESS } from './wire/limits.ts';

/** All are optional. */
export interface CollectWorkersOptions {
  /** A port where the totals are read. Default: none, they are read at the endpoints of the workers. */
  readonly endpoint?: ListenOptions & {
    /** Default: everybody who reaches the port. */
    readonly guard?: Guard;
  };
  /** The primary's own metrics, which count in the totals. Default: the global registry of `prom-client`. */
  readonly registry?: Registry;
  /** Whether process and Node.js runtime metrics of the primary are collected. Default: true. */
  readonly runtimeMetrics?: boolean;
  /** How long a scrape waits for a worker that does not answer, in milliseconds. Default: 1000, at most 5000. */
  readonly workerTimeoutMs?: number;
  /** Default: `console.warn`. */
  readonly log?: Log;
}

/** The metrics of all workers and the primary. */
export interface CollectedMetrics {
  /** The primary's own. */
  readonly registry: Registry;
  /** The totals as text, for an endpoint of one's own. */
  render(options?: RenderOptions): Promise<Exposition>;
  /** Answers a request with the totals, or with a refusal of the endpoint's guard. Never rejects. */
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Serves the totals on a port of their own, in addition to what the options say. */
  listen(options: ListenOptions): Promise<MetricsServer>;
  /** Once the port of `endpoint` is bound: where; undefined if there is none or it could not be had. */
  readonly server: Promise<MetricsServer | undefined>;
  /** Closes every port that was opened and stops to collect: workers go back to their own numbers. */
  close(): Promise<void>;
}

const TIMEOUT_MS = 1000;
const MAX_TIMEOUT_MS = 5000;

let isCollecting = false;
let sessions = 0;

/**
 * Collects the metrics of all workers of `node:cluster`, in the primary process. Workers whose application is instrumented
 * join by themselves, and from then on show the totals at their own endpoints as well.
 */
export function collectWorkers(options: CollectWorkersOptions = {}): CollectedMetrics {
  checkCall(options);
  const { registry = globalRegistry, workerTimeoutMs = TIMEOUT_MS } = options;
  const log = createBoundedLog(options.log ?? logToConsole);
  const scheduler = systemScheduler;
  if (options.runtimeMetrics ?? true) collectRuntimeMetrics(registry);

  const merged = new MergedMetrics({
    maxMetricsPerProcess: MAX_METRICS_PER_PROCESS,
    maxLinesPerProcess: MAX_LINES_PER_PROCESS,
    maxLinesLeftBehind: MAX_LINES_LEFT_BEHIND,
    log,
  });
  const render = async (renderOptions: RenderOptions = {}): Promise<Exposition> => {
    await collector.collect();
    const source = { metrics: () => merged.metrics(), defaultLabels: {} };
    return renderExposition(source, renderOptions, {
      log,
      nowMs: scheduler.nowMs,
      yieldToEventLoop: () => goRound(scheduler),
    });
  };
  const collector = new WorkerCollector({
    session: `${process.pid}.${sessions++}`,
    merged,
    ownReader: new RegistryReader({ registries: new Set([registry]), includesOmitted: true, scheduler, log }),
    answers: new TotalsAnswers(render, log),
    timeoutMs: workerTimeoutMs,
    scheduler,
    log,
  });
  const detach = attachToCluster(collector, scheduler);
  isCollecting = true;
  let isOpen = true;
  const { handle, listen, server, close } = createEndpoint(options.endpoint ?? false, { render, log });
  return {
    registry,
    render,
    handle,
    listen,
    server,
    close: () => {
      if (isOpen) {
        isOpen = false;
        isCollecting = false;
        detach();
        collector.close();
      }
      return close();
    },
  };
}

function checkCall({ workerTimeoutMs = TIMEOUT_MS }: CollectWorkersOptions): void {
  if (!cluster.isPrimary) {
    throw new InstrumentError(
      'not_the_primary',
      'collectWorkers() is for the primary process; workers join by themselves',
    );
  }
  if (isCollecting) {
    throw new InstrumentError('invalid_option', 'the workers are collected already; close() what collects them first');
  }
  if (!(workerTimeoutMs > 0 && workerTimeoutMs <= MAX_TIMEOUT_MS)) {
    throw new InstrumentError(
      'invalid_option',
      `workerTimeoutMs must be above 0 and at most ${MAX_TIMEOUT_MS}, not ${workerTimeoutMs}`,
    );
  }
}
