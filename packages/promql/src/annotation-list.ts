import { formatFloat } from '@hearth/model';
import type { Annotation, AnnotationSink, MonotonicityFix } from './annotations.ts';
import type { PositionRange } from './syntax/tree.ts';

interface MonotonicitySummary {
  readonly position: PositionRange;
  readonly name: string;
  count: number;
  firstMs: number;
  lastMs: number;
  minBucket: number;
  maxBucket: number;
  maxDifference: number;
}

/** The annotations of one query. `placeOf` prints where a position starts: `1:6`. */
export class AnnotationList implements AnnotationSink {
  readonly #placeOf: (position: PositionRange) => string;
  readonly #annotations = new Map<string, Annotation>();
  readonly #fixes = new Map<string, MonotonicitySummary>();

  constructor(placeOf: (position: PositionRange) => string) {
    this.#placeOf = placeOf;
  }

  add(level: Annotation['level'], text: string, position: PositionRange): void {
    const prefix = level === 'warning' ? 'PromQL warning' : 'PromQL info';
    const message = `${prefix}: ${text} (${this.#placeOf(position)})`;
    if (!this.#annotations.has(message)) this.#annotations.set(message, { level, message, position });
  }

  addForcedMonotonicity(fix: MonotonicityFix, position: PositionRange): void {
    const { metricName: name, timestampMs, minBucket, maxBucket, maxDifference } = fix;
    const key = `${position.start} ${name}`;
    const known = this.#fixes.get(key);
    if (known === undefined) {
      const times = { count: 1, firstMs: timestampMs, lastMs: timestampMs };
      this.#fixes.set(key, { position, name, ...times, minBucket, maxBucket, maxDifference });
      return;
    }
    known.count++;
    known.firstMs = Math.min(known.firstMs, timestampMs);
    known.lastMs = Math.max(known.lastMs, timestampMs);
    known.minBucket = Math.min(known.minBucket, minBucket);
    known.maxBucket = Math.max(known.maxBucket, maxBucket);
    known.maxDifference = Math.max(known.maxDifference, maxDifference);
  }

  /** All that has been said, with what the storage says about what it could not read. */
  list(storageWarnings: readonly string[]): readonly Annotation[] {
    for (const fix of this.#fixes.values()) this.add('info', describeFix(fix), fix.position);
    const said = storageWarnings.map((message): Annotation => ({ level: 'warning', message, position: undefined }));
    return [...this.#annotations.values(), ...said];
  }
}

function describeFix({
  name,
  count,
  firstMs,
  lastMs,
  minBucket,
  maxBucket,
  maxDifference,
}: MonotonicitySummary): string {
  const of = name === '' ? '' : ` for metric name ${JSON.stringify(name)}`;
  const what = `input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)${of}`;
  const range = `from buckets ${formatFloat(minBucket)} to ${formatFloat(maxBucket)}`;
  const difference = `with a max diff of ${formatTwoDigits(maxDifference)}`;
  return `${what}, ${range}, ${difference}, over ${count} samples from ${formatTime(firstMs)} to ${formatTime(lastMs)}`;
}

/** Go's `%.2g`. */
function formatTwoDigits(value: number): string {
  return formatFloat(Number(value.toPrecision(2)));
}

/** RFC 3339, to the second. */
function formatTime(timestampMs: number): string {
  return `${new Date(Math.floor(timestampMs / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}
