import type { Exemplar, LabelValues, MetricReading, Sample } from '../../metrics/metric.ts';
import { isAccumulated } from '../accumulated.ts';
import { lineKey } from '../line-key.ts';
import type { MetricDefinition } from '../wire/messages.ts';
import type { ReportWriter } from './report-writer.ts';

/** One line as it was last written. */
interface Known {
  readonly name: string;
  readonly labels: LabelValues;
  readonly sharedLabels: LabelValues | undefined;
  /** Whether its value can only rise, until the metric is reset. */
  readonly isCount: boolean;
  /** Undefined until the line is written. */
  place: number | undefined;
  value: number | undefined;
  exemplar: Exemplar | undefined;
}

/**
 * Follows one metric of a registry and writes what has changed since the last time. A metric keeps its samples in order and
 * adds new ones at the end, as long as the application removes none; so samples are known again by where they stand, and
 * only when that fails by their labels.
 */
export class MetricDiff {
  readonly #id: number;
  readonly #definition: MetricDefinition;
  readonly #isAccumulated: boolean;
  #isDefined = false;
  #defaultLabels: LabelValues = {};
  #known: Known[] = [];
  #freePlaces: number[] = [];
  #placesUsed = 0;

  constructor(id: number, definition: MetricDefinition) {
    this.#id = id;
    this.#definition = definition;
    this.#isAccumulated = isAccumulated(definition);
  }

  /** Quantiles of several processes cannot be put together and are passed over. */
  write(reading: MetricReading, defaultLabels: LabelValues, writer: ReportWriter): void {
    const all = [...reading.values];
    const samples = reading.type === 'summary' ? all.filter(({ labels }) => !('quantile' in labels)) : all;
    writer.begin(this.#id);
    if (!this.#isDefined) {
      this.#isDefined = true;
      writer.define(this.#definition);
    }
    const removed = this.#arrange(samples, defaultLabels);
    this.#writeReset(samples, writer);
    for (const place of removed) writer.remove(place);
    this.#freePlaces.push(...removed);
    samples.forEach((sample, i) => {
      this.#writeSample(sample, this.#known[i]!, writer);
    });
  }

  /** The metric is no longer in its registry; nothing is written afterwards. */
  writeGone(writer: ReportWriter): void {
    writer.begin(this.#id);
    writer.gone();
  }

  /** Brings what is known into the order of the samples; returns the places of those that are no longer there. */
  #arrange(samples: readonly Sample[], defaultLabels: LabelValues): readonly number[] {
    const before = this.#known;
    if (before.length === 0) this.#defaultLabels = defaultLabels;
    const isContinued =
      defaultLabels === this.#defaultLabels &&
      before.length <= samples.length &&
      before.every((known, i) => isLineOf(known, samples[i]!));
    if (isContinued) {
      for (let i = before.length; i < samples.length; i++) before.push(this.#unknown(samples[i]!));
      return [];
    }
    const byKey = new Map(before.map((known) => [keyOf(known, this.#defaultLabels), known]));
    this.#defaultLabels = defaultLabels;
    this.#known = samples.map((sample) => {
      const fresh = this.#unknown(sample);
      const key = keyOf(fresh, defaultLabels);
      const same = byKey.get(key);
      byKey.delete(key);
      return same === undefined ? fresh : { ...fresh, place: same.place, value: same.value, exemplar: same.exemplar };
    });
    return [...byKey.values()].flatMap(({ place }) => place ?? []);
  }

  #unknown({ metricName = '', labels, sharedLabels }: Sample): Known {
    return {
      name: metricName,
      labels,
      sharedLabels,
      isCount: this.#isAccumulated && (metricName === '' || /_(?:count|bucket)$/.test(metricName)),
      place: undefined,
      // A count that was never reported is a count of 0.
      value: this.#isAccumulated ? 0 : undefined,
      exemplar: undefined,
    };
  }

  /** `reset()` of a metric sets all its lines to 0; it shows in any count that has become less. */
  #writeReset(samples: readonly Sample[], writer: ReportWriter): void {
    const isReset = this.#known.some(({ isCount, value }, i) => isCount && samples[i]!.value < value!);
    if (!isReset) return;
    writer.reset();
    for (const known of this.#known) known.value = 0;
  }

  #writeSample({ value, exemplar }: Sample, known: Known, writer: ReportWriter): void {
    if (known.place === undefined) {
      known.place = this.#freePlaces.pop() ?? this.#placesUsed++;
      writer.line(known.place, known.name, labelsOf(known, this.#defaultLabels));
    }
    if (!Object.is(value, known.value)) {
      known.value = value;
      writer.value(known.place, value);
    }
    if (exemplar && (exemplar.timestamp !== known.exemplar?.timestamp || exemplar.value !== known.exemplar.value)) {
      // A copy, since `prom-client` changes its exemplars in place.
      known.exemplar = { ...exemplar };
      writer.exemplar(known.place, exemplar);
    }
  }
}

function isLineOf(known: Known, { metricName = '', labels, sharedLabels }: Sample): boolean {
  return (
    (known.labels === labels || isSameLabels(known.labels, labels)) &&
    (known.sharedLabels === sharedLabels || isSameLabels(known.sharedLabels ?? {}, sharedLabels ?? {})) &&
    known.name === metricName
  );
}

function isSameLabels(one: LabelValues, other: LabelValues): boolean {
  let count = 0;
  for (const name in one) {
    if (one[name] !== other[name]) return false;
    count++;
  }
  for (const _ in other) count--;
  return count === 0;
}

/** As one process shows them: a line's own labels win over the registry's default labels. */
function labelsOf({ labels, sharedLabels }: Known, defaultLabels: LabelValues): LabelValues {
  const all: Record<string, string | number> = { ...labels, ...sharedLabels };
  for (const name in defaultLabels) all[name] ??= defaultLabels[name]!;
  return all;
}

function keyOf(known: Known, defaultLabels: LabelValues): string {
  return lineKey(known.name, labelsOf(known, defaultLabels));
}
