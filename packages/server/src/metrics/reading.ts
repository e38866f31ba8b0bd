import type { Metric, Registry } from 'prom-client';

export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  /** Asked for at each scrape. */
  read(): number | readonly LabelledReading[];
}

export interface LabelledReading {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Lets a registry show what another part of the program counts already. A counter of the library could only be told of
 * differences, and would have to be told at the right moments.
 */
export function registerReadings(registry: Registry, readings: readonly Reading[]): void {
  for (const reading of readings) {
    const { name, help, type } = reading;
    const get = async () => ({ name, help, type, aggregator: 'sum', values: valuesOf(reading) });
    registry.registerMetric({ name, get, reset: () => undefined } as unknown as Metric);
  }
}

function valuesOf(reading: Reading): readonly LabelledReading[] {
  const read = reading.read();
  return typeof read === 'number' ? [{ labels: {}, value: read }] : read;
}
