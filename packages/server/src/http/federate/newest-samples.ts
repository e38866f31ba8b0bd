import {
  compareUtf8,
  isStaleAt,
  type Labels,
  type Matcher,
  METRIC_NAME,
  type Querier,
  type TimeRange,
  wordsOf,
} from '@hearth/model';

export interface NewestSample {
  readonly name: string;
  readonly labels: Labels;
  readonly timestampMs: number;
  readonly value: number;
}

export interface NewestSamplesOptions {
  readonly matcherSets: readonly (readonly Matcher[])[];
  readonly range: TimeRange;
  readonly signal: AbortSignal;
}

/**
 * The newest sample of each series that any of the sets selects, by metric name. Series that have ended have none, and
 * series without a name are left out.
 */
export async function readNewestSamples(
  querier: Querier,
  { matcherSets, range, signal }: NewestSamplesOptions,
): Promise<readonly NewestSample[]> {
  const found = new Map<string, NewestSample>();
  for (const matchers of matcherSets) {
    for await (const { labels, offsets, timestamps, values } of querier.select({ ...range, matchers }, signal)) {
      const words = wordsOf(values);
      for (const [i, series] of labels.entries()) {
        const last = offsets[i + 1] - 1;
        const name = series.get(METRIC_NAME);
        if (name === '' || isStaleAt(words, last)) continue;
        found.set(series.key, { name, labels: series, timestampMs: timestamps[last], value: values[last] });
      }
    }
  }
  return [...found.values()].sort((a, b) => compareUtf8(a.name, b.name));
}
