import type { Log } from '../../log.ts';
import { isMetricName } from '../../metrics/metric.ts';
import type { MetricDefinition, MetricUpdate, WireExemplar, WireLine } from '../wire/messages.ts';
import { fromWireNumber, type WireNumber } from '../wire/numbers.ts';
import type { Contribution } from './merged-metric.ts';

export interface ProcessMetricsOptions {
  readonly maxMetricsPerProcess: number;
  readonly maxLinesPerProcess: number;
  readonly log: Log;
  /** Undefined if the metric cannot be merged with what the others have under its name. */
  readonly contribute: (definition: MetricDefinition) => Contribution | undefined;
  /** Called when this process has left a metric. */
  readonly dropIfEmpty: (metricName: string) => void;
}

interface Known {
  readonly name: string;
  /** Undefined for a metric that was refused; what is reported of it is passed over. */
  readonly contribution: Contribution | undefined;
}

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * What one process has in the totals, kept up to date by its reports. Whatever a report says, it neither throws nor touches
 * what other processes have; what cannot be taken is left out with a line in the log.
 */
export class ProcessMetrics {
  readonly #processName: string;
  readonly #options: ProcessMetricsOptions;
  readonly #known = new Map<number, Known>();
  #lines = 0;

  constructor(processName: string, options: ProcessMetricsOptions) {
    this.#processName = processName;
    this.#options = options;
  }

  apply(updates: readonly MetricUpdate[]): void {
    for (const update of updates) {
      if (update.definition !== undefined) this.#define(update.id, update.definition);
      const known = this.#known.get(update.id);
      if (known === undefined) this.#complain('numbers of a metric it never named');
      else if (known.contribution !== undefined) this.#update(known.name, known.contribution, update);
    }
  }

  /** The process is gone: what it counted stays, what it only held goes. */
  leave(): void {
    for (const [id, { contribution }] of this.#known) this.#forget(id, contribution);
  }

  #define(id: number, definition: MetricDefinition): void {
    const { maxMetricsPerProcess, contribute } = this.#options;
    const { name } = definition;
    if (this.#known.has(id)) this.#complain(`${name} under a number that another metric has`);
    else if (this.#known.size >= maxMetricsPerProcess) this.#complain(`more than ${maxMetricsPerProcess} metrics`);
    else if (!isMetricName(name)) this.#complain(`a metric named ${JSON.stringify(name)}`);
    else this.#known.set(id, { name, contribution: contribute(definition) });
  }

  #update(name: string, contribution: Contribution, update: MetricUpdate): void {
    if (update.isGone) {
      this.#free(contribution, [...contribution.places()]);
      this.#forget(update.id, contribution);
      return;
    }
    if (update.isReset) contribution.reset();
    if (update.removed !== undefined) this.#free(contribution, update.removed);
    if (update.lines !== undefined) this.#take(name, contribution, update.lines);
    if (update.values !== undefined) setValues(contribution, update.values);
    if (update.exemplars !== undefined) setExemplars(contribution, update.exemplars);
  }

  #take(name: string, contribution: Contribution, lines: readonly WireLine[]): void {
    const { maxLinesPerProcess } = this.#options;
    for (const [place, lineName, ...pairs] of lines) {
      const labels = labelsOf(pairs);
      if (contribution.has(place)) this.#complain(`a line of ${name} at a place that another line has`);
      else if (this.#lines >= maxLinesPerProcess) this.#complain(`more than ${maxLinesPerProcess} lines`);
      else if (!isLineNameOf(name, lineName) || !Object.keys(labels).every((label) => LABEL_NAME.test(label))) {
        this.#complain(`a line of ${name} with names that are not allowed`);
      } else {
        contribution.take(place, lineName, labels);
        this.#lines++;
      }
    }
  }

  #free(contribution: Contribution, places: readonly number[]): void {
    for (const place of places) {
      if (!contribution.has(place)) continue;
      contribution.free(place);
      this.#lines--;
    }
  }

  #forget(id: number, contribution: Contribution | undefined): void {
    const { name } = this.#known.get(id)!;
    this.#known.delete(id);
    if (contribution === undefined) return;
    contribution.leave();
    this.#options.dropIfEmpty(name);
  }

  #complain(what: string): void {
    this.#options.log(`${this.#processName} reports ${what}; that is not in the totals`);
  }
}

function isLineNameOf(name: string, lineName: string): boolean {
  return lineName === '' || (lineName.startsWith(`${name}_`) && isMetricName(lineName));
}

function setValues(contribution: Contribution, values: readonly WireNumber[]): void {
  for (let i = 0; i < values.length; i += 2) {
    const place = values[i] as number;
    // A line that was refused has been complained about when it was named.
    if (contribution.has(place)) contribution.set(place, fromWireNumber(values[i + 1]!));
  }
}

function setExemplars(contribution: Contribution, exemplars: readonly WireExemplar[]): void {
  for (const [place, value, timestamp, ...pairs] of exemplars) {
    if (!contribution.has(place)) continue;
    contribution.setExemplar(place, {
      labelSet: labelsOf(pairs),
      value: fromWireNumber(value),
      timestamp: fromWireNumber(timestamp),
    });
  }
}

function labelsOf(pairs: readonly string[]): Record<string, string> {
  const labels: [string, string][] = [];
  for (let i = 0; i < pairs.length; i += 2) labels.push([pairs[i]!, pairs[i + 1]!]);
  return Object.fromEntries(labels);
}
