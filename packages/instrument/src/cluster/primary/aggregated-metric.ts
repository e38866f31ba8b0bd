import type { Exemplar, LabelValues, MetricReading, Sample } from '../../metrics/metric.ts';
import type { MetricDefinition } from '../wire/messages.ts';
import { AGGREGATES } from './aggregators.ts';
import { type Line, LineIndex } from './line-index.ts';
import type { Contribution, JoinOptions, MergedMetric } from './merged-metric.ts';

/**
 * A gauge of all living processes, or any metric whose aggregator is not the sum. What a process had goes with it. The values
 * are put together when they are read, the primary's first, then those of the workers from the oldest to the newest.
 */
export class AggregatedMetric implements MergedMetric {
  readonly definition: MetricDefinition;
  readonly #lines = new LineIndex();
  #members: readonly Present[] = [];

  constructor(definition: MetricDefinition) {
    this.definition = definition;
  }

  get name(): string {
    return this.definition.name;
  }

  get isEmpty(): boolean {
    return this.#members.length === 0;
  }

  join({ isPrimary }: JoinOptions): Contribution {
    const member = new Present(this.#lines, isPrimary, () => {
      this.#members = this.#members.filter((other) => other !== member);
    });
    this.#members = isPrimary ? [member, ...this.#members] : [...this.#members, member];
    return member;
  }

  read(): MetricReading {
    return { ...this.definition, values: this.#samples([...this.#lines]) };
  }

  *#samples(lines: readonly Line[]): Generator<Sample> {
    const aggregate = AGGREGATES[this.definition.aggregator];
    const valuesOf = this.#valuesByLine();
    for (const line of lines) {
      const values = valuesOf.get(line);
      if (values === undefined) continue;
      const sample = { labels: line.labels, value: aggregate(values), exemplar: line.exemplar };
      yield line.name === '' ? sample : { ...sample, metricName: line.name };
    }
  }

  #valuesByLine(): Map<Line, number[]> {
    const valuesOf = new Map<Line, number[]>();
    for (const member of this.#voters()) {
      for (const { line, value } of member.values()) {
        if (value === undefined) continue;
        const values = valuesOf.get(line);
        if (values === undefined) valuesOf.set(line, [value]);
        else values.push(value);
      }
    }
    return valuesOf;
  }

  /** An average is one of the processes that serve requests: the idle primary would only make it look better than it is. */
  #voters(): readonly Present[] {
    if (this.definition.aggregator !== 'average') return this.#members;
    const workers = this.#members.filter((member) => !member.isPrimary);
    return workers.length > 0 ? workers : this.#members;
  }
}

interface Held {
  readonly line: Line;
  /** Undefined until the process has said it. */
  value: number | undefined;
}

class Present implements Contribution {
  readonly isPrimary: boolean;
  readonly #lines: LineIndex;
  readonly #onLeave: () => void;
  readonly #held = new Map<number, Held>();

  constructor(lines: LineIndex, isPrimary: boolean, onLeave: () => void) {
    this.#lines = lines;
    this.isPrimary = isPrimary;
    this.#onLeave = onLeave;
  }

  values(): Iterable<Held> {
    return this.#held.values();
  }

  has(place: number): boolean {
    return this.#held.has(place);
  }

  places(): Iterable<number> {
    return this.#held.keys();
  }

  take(place: number, name: string, labels: LabelValues): void {
    const line = this.#lines.obtain(name, labels);
    line.holders++;
    this.#held.set(place, { line, value: undefined });
  }

  free(place: number): void {
    const { line } = this.#held.get(place)!;
    line.holders--;
    if (line.holders === 0) this.#lines.remove(line);
    this.#held.delete(place);
  }

  set(place: number, value: number): void {
    this.#held.get(place)!.value = value;
  }

  setExemplar(place: number, exemplar: Exemplar): void {
    this.#held.get(place)!.line.exemplar = exemplar;
  }

  /** Nothing accumulates here: the values that follow say it all. */
  reset(): void {}

  leave(): void {
    for (const place of this.#held.keys()) this.free(place);
    this.#onLeave();
  }
}
