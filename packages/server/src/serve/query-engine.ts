import { createEngine, type Engine, type QueryResult } from '@hearth/promql';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { QueryOptions } from './serve-options.ts';

export interface EngineSettings extends QueryOptions {
  /** Of subqueries that name no step: the evaluation interval in force. */
  readonly evaluationIntervalMs: () => number;
}

/** The engine that queries and rules share, which counts what it does under Prometheus' names. */
export function createQueryEngine(settings: EngineSettings, registry: Registry): Engine {
  const { lookbackMs, timeoutMs, maxConcurrency, maxSamples, evaluationIntervalMs } = settings;
  const engine = createEngine({
    lookbackMs,
    limits: { timeoutMs, maxConcurrentQueries: maxConcurrency, maxSamples },
    defaultSubqueryStepMs: evaluationIntervalMs,
    experimentalFunctions: settings.experimentalFunctions,
    delayedNameRemoval: settings.delayedNameRemoval,
  });
  const registers = [registry];
  new Gauge({
    name: 'prometheus_engine_queries_concurrent_max',
    help: 'The max number of concurrent queries.',
    registers,
  }).set(maxConcurrency);
  const running = new Gauge({
    name: 'prometheus_engine_queries',
    help: 'The current number of queries being executed or waiting.',
    registers,
  });
  const samples = new Counter({
    name: 'prometheus_engine_query_samples_total',
    help: 'The total number of samples loaded by all queries.',
    registers,
  });
  const seconds = new Counter({
    name: 'prometheus_engine_query_duration_seconds_total',
    help: 'How long queries took, in seconds, without waiting for their turn.',
    registers,
  });
  const measure = async (query: Promise<QueryResult>): Promise<QueryResult> => {
    running.inc();
    try {
      const result = await query;
      samples.inc(result.stats.samplesRead);
      seconds.inc((result.stats.preparationMs + result.stats.evaluationMs) / 1000);
      return result;
    } finally {
      running.dec();
    }
  };
  return {
    instant: (queryable, query) => measure(engine.instant(queryable, query)),
    range: (queryable, query) => measure(engine.range(queryable, query)),
    explain: (query) => engine.explain(query),
  };
}
