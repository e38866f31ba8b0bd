export { type CollectedMetrics, type CollectWorkersOptions, collectWorkers } from './collect-workers.ts';
