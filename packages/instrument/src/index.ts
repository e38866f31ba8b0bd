export type { AppMetrics } from './app-metrics.ts';
export { InstrumentError, type InstrumentErrorCode } from './errors.ts';
export type { Exposition, RenderOptions } from './expose/exposition.ts';
export {
  basicAuth,
  bearerToken,
  directPrivateClients,
  everybody,
  type Guard,
  type GuardRefusal,
  type GuardVerdict,
} from './expose/guard.ts';
export type { ListenOptions, MetricsServer } from './expose/server.ts';
export type { ExchangeView } from './http/exchange.ts';
export type { LabelSource, LabelSources } from './labels.ts';
export type { Log } from './log.ts';
export type { HistogramSpec, MeasureSpec } from './measure.ts';
export type { HttpLabel, HttpMetricName, Naming } from './names/naming.ts';
export type { NamingChoice } from './names/select-naming.ts';
export type { EndpointOptions, Grouping, InstrumentOptions } from './options.ts';
