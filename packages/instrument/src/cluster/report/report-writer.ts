import type { Exemplar, LabelValues } from '../../metrics/metric.ts';
import { MAX_TEXT_LENGTH } from '../wire/limits.ts';
import type { MetricDefinition, MetricUpdate, WireExemplar, WireLine } from '../wire/messages.ts';
import { toWireNumber, type WireNumber } from '../wire/numbers.ts';

interface Draft {
  readonly id: number;
  definition?: MetricDefinition;
  isGone?: true;
  isReset?: true;
  removed?: number[];
  lines?: WireLine[];
  values?: WireNumber[];
  exemplars?: WireExemplar[];
}

/** What brackets, quotes and numbers of one member come to, in characters. */
const MEMBER_WEIGHT = 24;

/**
 * Holds what changed until it is sent, in parts of about the same weight, which is the number of characters of their JSON.
 * What is written of one metric after {@link begin} must come in the order in which the members of {@link MetricUpdate} apply.
 */
export class ReportWriter {
  readonly #maxWeight: number;
  readonly #parts: Draft[][] = [];
  /** Of the last part. */
  #weight = 0;
  #id = 0;
  #draftInUse: Draft | undefined;

  constructor(maxWeight: number) {
    this.#maxWeight = maxWeight;
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  /** Takes out the oldest part. */
  take(): readonly MetricUpdate[] | undefined {
    return this.#parts.shift();
  }

  /** What follows is written of this metric, in an update of its own. */
  begin(id: number): void {
    this.#id = id;
    this.#draftInUse = undefined;
  }

  define(definition: MetricDefinition): void {
    const help = cut(definition.help);
    this.#draft(help.length + definition.name.length).definition = { ...definition, help };
  }

  gone(): void {
    this.#draft().isGone = true;
  }

  reset(): void {
    this.#draft().isReset = true;
  }

  remove(place: number): void {
    const draft = this.#draft();
    draft.removed ??= [];
    draft.removed.push(place);
  }

  line(place: number, name: string, labels: LabelValues): void {
    const line: [number, string, ...string[]] = [place, name];
    const draft = this.#draft(name.length + appendPairs(line, labels));
    draft.lines ??= [];
    draft.lines.push(line);
  }

  value(place: number, value: number): void {
    const draft = this.#draft();
    draft.values ??= [];
    draft.values.push(place, toWireNumber(value));
  }

  exemplar(place: number, { labelSet, value, timestamp }: Exemplar): void {
    const exemplar: [number, WireNumber, WireNumber, ...string[]] = [
      place,
      toWireNumber(value),
      toWireNumber(timestamp),
    ];
    const draft = this.#draft(appendPairs(exemplar, labelSet));
    draft.exemplars ??= [];
    draft.exemplars.push(exemplar);
  }

  /** Where the next member goes, which has texts of this length. */
  #draft(textLength = 0): Draft {
    const weight = MEMBER_WEIGHT + textLength;
    let part = this.#parts.at(-1);
    if (part === undefined || this.#weight + weight > this.#maxWeight) {
      part = [];
      this.#parts.push(part);
      this.#weight = 0;
      this.#draftInUse = undefined;
    }
    this.#weight += weight;
    if (this.#draftInUse === undefined) {
      this.#draftInUse = { id: this.#id };
      part.push(this.#draftInUse);
    }
    return this.#draftInUse;
  }
}

/** Returns the weight of what it appends: each text stands between quotes and before a comma. */
function appendPairs(target: unknown[], labels: LabelValues): number {
  let weight = 0;
  for (const name in labels) {
    const value = cut(String(labels[name]));
    target.push(name, value);
    weight += name.length + value.length + 6;
  }
  return weight;
}

function cut(text: string): string {
  return text.length > MAX_TEXT_LENGTH ? text.slice(0, MAX_TEXT_LENGTH) : text;
}
