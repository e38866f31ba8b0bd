import type { Registry } from 'prom-client';
import { registrySource, renderExposition } from '../../expose/exposition.ts';
import { parseSamples, type SampleValues } from '../../testing/text-format-parser.ts';
import type { ProcessMetrics } from '../primary/process-metrics.ts';
import { RegistryReader } from '../report/registry-reader.ts';
import { ReportWriter } from '../report/report-writer.ts';
import type { MetricUpdate } from '../wire/messages.ts';
import { toPrimary } from '../wire/messages.ts';
import { readFromWorker } from '../wire/read-message.ts';
import { ManualScheduler } from './manual-scheduler.ts';

export interface ReportingProcess {
  /** Reads everything and brings it to the totals. */
  reportAll(): Promise<void>;
  /** The same for what is counted. */
  reportCounts(): void;
}

/** Joins a registry to the totals by messages as they would go between processes, cut into parts of `maxWeight`. */
export function connect(registry: Registry, target: ProcessMetrics, maxWeight = 200): ReportingProcess {
  const reader = new RegistryReader({
    registries: new Set([registry]),
    includesOmitted: false,
    scheduler: new ManualScheduler(),
    log: (message) => {
      throw new Error(message);
    },
  });
  const writer = new ReportWriter(maxWeight);
  const deliver = () => {
    for (const metrics of takeAll(writer)) {
      const message = toPrimary({ kind: 'report', session: '', sequence: 0, metrics });
      const reading = readFromWorker(JSON.parse(JSON.stringify(message)));
      if (reading.kind !== 'message' || reading.message.kind !== 'report') throw new Error(JSON.stringify(reading));
      target.apply(reading.message.metrics);
    }
  };
  return {
    reportAll: async () => {
      await reader.writeAll(writer);
      deliver();
    },
    reportCounts: () => {
      reader.writeCountsNow(writer);
      deliver();
    },
  };
}

export function takeAll(writer: ReportWriter): (readonly MetricUpdate[])[] {
  const parts: (readonly MetricUpdate[])[] = [];
  for (let part = writer.take(); part !== undefined; part = writer.take()) parts.push(part);
  return parts;
}

/** What this process alone would show. */
export async function ownSamples(registry: Registry): Promise<SampleValues> {
  return parseSamples((await renderExposition(registrySource(registry), {}, PLAIN)).body);
}

/** For rendering without pauses. */
export const PLAIN = {
  log: (message: string) => {
    throw new Error(message);
  },
  nowMs: () => 0,
  yieldToEventLoop: async () => undefined,
};
