import cluster from 'node:cluster';
import { register as globalRegistry, type Registry } from 'prom-client';
import { collectRuntimeMetrics } from '../app-info.ts';
import { InstrumentError } from '../errors.ts';
import { createBoundedLog, type Log, logToConsole } from '../log.ts';
import { joinPrimary } from './join-primary.ts';

/** All are optional. */
export interface ReportToPrimaryOptions {
  /** Default: the global registry of `prom-client`. */
  readonly registry?: Registry;
  /** Whether process and Node.js runtime metrics are collected. Default: true. */
  readonly runtimeMetrics?: boolean;
  /** Default: `console.warn`. */
  readonly log?: Log;
}

/**
 * Lets a worker of `node:cluster` take part in the totals that serves no instrumented application; others do it by
 * themselves.
 */
export function reportToPrimary(options: ReportToPrimaryOptions = {}): void {
  if (!cluster.isWorker) {
    throw new InstrumentError('not_a_worker', 'reportToPrimary() is for workers of node:cluster');
  }
  const { registry = globalRegistry } = options;
  if (options.runtimeMetrics ?? true) collectRuntimeMetrics(registry);
  joinPrimary(registry, createBoundedLog(options.log ?? logToConsole));
}
