import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import { LIBRARY_VERSION } from './library-version.ts';
import type { Naming } from './names/naming.ts';

export interface AppInfoOptions {
  readonly registry: Registry;
  readonly naming: Naming;
  readonly version: string;
  readonly info: Readonly<Record<string, string>>;
  /** Seconds since the application started. */
  readonly uptimeSeconds: () => number;
}

/** `app_info` with what a naming has beside it, and `app_uptime_seconds`. */
export function registerAppInfo({ registry, naming, version, info, uptimeSeconds }: AppInfoOptions): void {
  const labels = { version, node_version: process.version.slice(1), ...info };
  registerInfo(registry, 'app_info', 'Application information', labels);
  for (const gauge of naming.infos) {
    registerInfo(registry, gauge.name, gauge.help, {
      version: gauge.version === 'library' ? LIBRARY_VERSION : version,
    });
  }
  if (registry.getSingleMetric('app_uptime_seconds') !== undefined) return;
  new Gauge({
    name: 'app_uptime_seconds',
    help: 'Application uptime in seconds',
    registers: [registry],
    aggregator: 'max',
    collect() {
      this.set(uptimeSeconds());
    },
  });
}

/** A gauge of value 1; one that is already there gets these labels as a further series. */
export function registerInfo(
  registry: Registry,
  name: string,
  help: string,
  labels: Readonly<Record<string, string>>,
): Gauge {
  const present = registry.getSingleMetric(name) as Gauge | undefined;
  const gauge =
    present ?? new Gauge({ name, help, labelNames: Object.keys(labels), registers: [registry], aggregator: 'max' });
  gauge.set(labels, 1);
  return gauge;
}

/** The metrics of the process and of Node.js, unless the application collects them into this registry already. */
export function collectRuntimeMetrics(registry: Registry): void {
  if (registry.getSingleMetric('process_cpu_user_seconds_total') === undefined)
    collectDefaultMetrics({ register: registry });
}
