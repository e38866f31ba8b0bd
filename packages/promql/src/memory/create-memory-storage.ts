import {
  compareLabels,
  compareUtf8,
  type Labels,
  type Matcher,
  METRIC_NAME,
  type Querier,
  type Selection,
  type SeriesBatch,
} from '@hearth/model';
import { MemorySeries } from './memory-series.ts';
import type { MemoryStorage } from './memory-storage.ts';

const SERIES_PER_BATCH = 256;

export function createMemoryStorage(): MemoryStorage {
  const all = new SeriesSet();
  return {
    append: (labels, timestampMs, value) => all.obtain(labels).append(timestampMs, value),
    appendStale: (labels, timestampMs) => all.obtain(labels).appendStale(timestampMs),
    clear: () => all.clear(),
    querier: async () => createQuerier(all),
  };
}

function createQuerier(all: SeriesSet): Querier {
  return {
    select: (selection, signal) => selectBatches(all, selection, signal),
    series: (selection, signal) => selectLabels(all, selection, signal),
    async labelNames(matchers) {
      const names = new Set(all.select(matchers).flatMap(({ labels }) => Array.from(labels, ({ name }) => name)));
      return [...names].sort(compareUtf8);
    },
    async labelValues(name, matchers) {
      const values = new Set(all.select(matchers).map(({ labels }) => labels.get(name)));
      values.delete('');
      return [...values].sort(compareUtf8);
    },
    warnings: [],
    close: async () => undefined,
  };
}

interface Found {
  readonly series: MemorySeries;
  readonly range: { readonly start: number; readonly end: number };
}

function findSamples(all: SeriesSet, { matchers, startMs, endMs }: Selection): readonly Found[] {
  const found: Found[] = [];
  for (const series of all.select(matchers)) {
    const range = series.find(startMs, endMs);
    if (range.end > range.start) found.push({ series, range });
  }
  return found;
}

async function* selectBatches(all: SeriesSet, selection: Selection, signal?: AbortSignal): AsyncIterable<SeriesBatch> {
  const found = findSamples(all, selection);
  for (let i = 0; i < found.length; i += SERIES_PER_BATCH) {
    signal?.throwIfAborted();
    yield toBatch(found.slice(i, i + SERIES_PER_BATCH));
  }
}

async function* selectLabels(
  all: SeriesSet,
  selection: Selection,
  signal?: AbortSignal,
): AsyncIterable<readonly Labels[]> {
  signal?.throwIfAborted();
  const found = findSamples(all, selection);
  if (found.length > 0) yield found.map(({ series }) => series.labels);
}

function toBatch(found: readonly Found[]): SeriesBatch {
  const offsets = new Uint32Array(found.length + 1);
  for (const [i, { range }] of found.entries()) offsets[i + 1] = offsets[i] + range.end - range.start;
  const timestamps = new Float64Array(offsets[found.length]);
  const values = new Float64Array(offsets[found.length]);
  for (const [i, { series, range }] of found.entries()) series.copy(range, { timestamps, values, at: offsets[i] });
  return { labels: found.map(({ series }) => series.labels), offsets, timestamps, values };
}

/** All series, sorted by labels when somebody asks; found by metric name where a matcher names one. */
class SeriesSet {
  readonly #byKey = new Map<string, MemorySeries>();
  readonly #byName = new Map<string, MemorySeries[]>();
  #sorted: MemorySeries[] | undefined;

  obtain(labels: Labels): MemorySeries {
    const known = this.#byKey.get(labels.key);
    if (known) return known;
    const series = new MemorySeries(labels);
    this.#byKey.set(labels.key, series);
    const name = labels.get(METRIC_NAME);
    const named = this.#byName.get(name);
    if (named === undefined) this.#byName.set(name, [series]);
    else named.push(series);
    this.#sorted = undefined;
    return series;
  }

  select(matchers: readonly Matcher[]): readonly MemorySeries[] {
    const named = matchers.find(({ name, type }) => name === METRIC_NAME && type === '=');
    const candidates = named === undefined ? this.#all() : (this.#byName.get(named.value) ?? []);
    const selected = candidates.filter(({ labels }) => matchers.every((m) => m.matches(labels.get(m.name))));
    return named === undefined ? selected : selected.sort((a, b) => compareLabels(a.labels, b.labels));
  }

  clear(): void {
    this.#byKey.clear();
    this.#byName.clear();
    this.#sorted = undefined;
  }

  #all(): readonly MemorySeries[] {
    this.#sorted ??= [...this.#byKey.values()].sort((a, b) => compareLabels(a.labels, b.labels));
    return this.#sorted;
  }
}
