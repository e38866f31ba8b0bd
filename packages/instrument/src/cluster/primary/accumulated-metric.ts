import type { Log } from '../../log.ts';
import type { Exemplar, LabelValues, MetricReading, Sample } from '../../metrics/metric.ts';
import { OVERFLOW } from '../../metrics/series-table.ts';
import type { MetricDefinition } from '../wire/messages.ts';
import { type Line, LineIndex } from './line-index.ts';
import type { Contribution, MergedMetric } from './merged-metric.ts';

export interface AccumulatedMetricOptions {
  /** Lines that only processes which are gone have counted in, before further ones are folded into `overflow`. */
  readonly maxLinesLeftBehind: number;
  readonly log: Log;
}

/**
 * A counter, histogram or summary of all processes. Its totals are made of increments: what a process reports more than the
 * last time is added, and nothing is ever taken away when the process ends. So a total cannot decrease, not even by the
 * rounding that summing up in another order would bring, which Prometheus would take for a restart from 0.
 */
export class AccumulatedMetric implements MergedMetric {
  readonly definition: MetricDefinition;
  readonly #options: AccumulatedMetricOptions;
  readonly #lines = new LineIndex();
  /** Lines that no living process has. */
  readonly #leftBehind = new Set<Line>();
  #members = 0;

  constructor(definition: MetricDefinition, options: AccumulatedMetricOptions) {
    this.definition = definition;
    this.#options = options;
  }

  get name(): string {
    return this.definition.name;
  }

  get isEmpty(): boolean {
    return this.#members === 0 && this.#lines.size === 0;
  }

  join(): Contribution {
    this.#members++;
    return new Increments({
      take: (name, labels) => this.#take(name, labels),
      free: (line) => this.#free(line),
      leave: (lines) => this.#leave(lines),
    });
  }

  read(): MetricReading {
    return { ...this.definition, values: samplesOf([...this.#lines]) };
  }

  #take(name: string, labels: LabelValues): Line {
    const line = this.#lines.obtain(name, labels);
    this.#leftBehind.delete(line);
    line.holders++;
    return line;
  }

  #free(line: Line): void {
    line.holders--;
    if (line.holders === 0) this.#lines.remove(line);
  }

  #leave(lines: readonly Line[]): void {
    this.#members--;
    const orphans: Line[] = [];
    for (const line of lines) {
      line.holders--;
      if (line.holders === 0) orphans.push(line);
    }
    for (const line of orphans) this.#leftBehind.add(line);
    if (this.#leftBehind.size > this.#options.maxLinesLeftBehind) this.#fold(orphans);
  }

  /** All lines of a process at a time, so that the buckets of a histogram stay together. */
  #fold(orphans: readonly Line[]): void {
    const { log, maxLinesLeftBehind } = this.#options;
    log(
      `${this.name} has more than ${maxLinesLeftBehind} lines of workers that are gone; what further ones leave is counted under "${OVERFLOW}"`,
    );
    for (const line of orphans) {
      const target = this.#lines.obtain(line.name, overflowLabels(line.labels));
      if (target === line) continue;
      target.total += line.total;
      target.exemplar = later(target.exemplar, line.exemplar);
      if (target.holders === 0) this.#leftBehind.add(target);
      this.#lines.remove(line);
      this.#leftBehind.delete(line);
    }
  }
}

interface Holding {
  take(name: string, labels: LabelValues): Line;
  free(line: Line): void;
  leave(lines: readonly Line[]): void;
}

interface Held {
  readonly line: Line;
  /** What the process last said. */
  value: number;
}

class Increments implements Contribution {
  readonly #holding: Holding;
  readonly #held = new Map<number, Held>();

  constructor(holding: Holding) {
    this.#holding = holding;
  }

  has(place: number): boolean {
    return this.#held.has(place);
  }

  places(): Iterable<number> {
    return this.#held.keys();
  }

  take(place: number, name: string, labels: LabelValues): void {
    this.#held.set(place, { line: this.#holding.take(name, labels), value: 0 });
  }

  free(place: number): void {
    this.#holding.free(this.#held.get(place)!.line);
    this.#held.delete(place);
  }

  set(place: number, value: number): void {
    const held = this.#held.get(place)!;
    held.line.total += value - held.value;
    held.value = value;
  }

  setExemplar(place: number, exemplar: Exemplar): void {
    const { line } = this.#held.get(place)!;
    line.exemplar = later(line.exemplar, exemplar);
  }

  reset(): void {
    for (const held of this.#held.values()) held.value = 0;
  }

  leave(): void {
    this.#holding.leave([...this.#held.values()].map(({ line }) => line));
    this.#held.clear();
  }
}

function* samplesOf(lines: readonly Line[]): Generator<Sample> {
  for (const { name, labels, total, exemplar } of lines) {
    yield name === '' ? { labels, value: total, exemplar } : { labels, value: total, exemplar, metricName: name };
  }
}

function later(one: Exemplar | undefined, other: Exemplar | undefined): Exemplar | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.timestamp >= one.timestamp ? other : one;
}

function overflowLabels(labels: LabelValues): LabelValues {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, name === 'le' ? value : OVERFLOW]));
}
