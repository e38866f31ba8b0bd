export { type CollectedMetrics, type CollectWorkersOptions, collectWorkers } from './collect-workers.ts';
export { type ReportToPrimaryOptions, reportToPrimary } from './report-to-primary.ts';
