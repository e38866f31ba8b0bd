import { METRIC_NAME } from '@hearth/model';
import type { Cardinality, HeadStats } from './head.ts';
import type { HeadCore } from './head-core.ts';

/** Walks through all pairs of label name and value once. */
export async function headStats(core: HeadCore, limit: number, labelName = METRIC_NAME): Promise<HeadStats> {
  const { series, samples, pace } = core;
  const seriesByMetricName = new Largest(limit);
  const seriesByLabelPair = new Largest(limit);
  const byName = new Map<string, { values: number; bytes: number }>();
  let labelPairCount = 0;
  for (const { name, value, series: count } of series.index.pairs()) {
    labelPairCount++;
    const ofName = byName.get(name) ?? { values: 0, bytes: 0 };
    ofName.values++;
    ofName.bytes += Buffer.byteLength(value) * count;
    byName.set(name, ofName);
    if (name === labelName) seriesByMetricName.add(value, count);
    if (seriesByLabelPair.takes(count)) seriesByLabelPair.add(`${name}=${value}`, count);
    const rest = pace();
    if (rest !== undefined) await rest;
  }
  const valuesByLabelName = new Largest(limit);
  const memoryByLabelName = new Largest(limit);
  for (const [name, { values, bytes }] of byName) {
    valuesByLabelName.add(name, values);
    memoryByLabelName.add(name, bytes);
  }
  return {
    seriesCount: series.shownCount,
    labelPairCount,
    chunkCount: samples.chunksCreated - samples.chunksRemoved,
    minTime: core.minTime,
    maxTime: core.maxTime,
    seriesByMetricName: seriesByMetricName.inOrder(),
    valuesByLabelName: valuesByLabelName.inOrder(),
    memoryByLabelName: memoryByLabelName.inOrder(),
    seriesByLabelPair: seriesByLabelPair.inOrder(),
  };
}

/** The entries with the largest values, no more of them than a limit. */
class Largest {
  readonly #limit: number;
  readonly #entries: Cardinality[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  takes(value: number): boolean {
    return this.#entries.length < this.#limit || value > (this.#entries.at(-1)?.value ?? Infinity);
  }

  add(name: string, value: number): void {
    if (!this.takes(value)) return;
    const at = this.#entries.findIndex((entry) => entry.value < value);
    this.#entries.splice(at < 0 ? this.#entries.length : at, 0, { name, value });
    if (this.#entries.length > this.#limit) this.#entries.pop();
  }

  inOrder(): readonly Cardinality[] {
    return this.#entries;
  }
}
