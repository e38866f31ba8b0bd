import { type Labels, LabelsBuilder, type Matcher, METRIC_NAME, type Queryable } from '@hearth/model';
import { createMemoryStorage } from '../memory/create-memory-storage.ts';
import type { MemoryStorage } from '../memory/memory-storage.ts';
import type { LoadCommand } from './command.ts';
import type { SeriesNotation } from './series-notation.ts';

/** When a series has native histograms, which are not stored. */
interface NativeSeries {
  readonly labels: Labels;
  readonly firstMs: number;
  readonly lastMs: number;
}

const CLASSIC_SUFFIX = /_(?:bucket|count|sum)$/;

/** What a script has loaded. It knows which queries would have read native histograms. */
export class ScriptStorage implements Queryable {
  readonly #floats: MemoryStorage = createMemoryStorage();
  #native: NativeSeries[] = [];
  #selectedNative: Labels | undefined;

  /** Throws a MemoryStorageError for samples that are not later than those before. */
  load({ series, intervalMs, withCustomBuckets }: LoadCommand): void {
    const last = new Map(series.map((each) => [each.labels.key, each]));
    for (const each of last.values()) {
      this.#append(each, intervalMs);
      if (withCustomBuckets) this.#convert(each, intervalMs);
    }
  }

  clear(): void {
    this.#floats.clear();
    this.#native = [];
  }

  /** A native histogram that has been selected since this was last called. */
  takeSelectedNative(): Labels | undefined {
    const taken = this.#selectedNative;
    this.#selectedNative = undefined;
    return taken;
  }

  async querier(range: { readonly startMs: number; readonly endMs: number }) {
    const querier = await this.#floats.querier(range);
    const select: typeof querier.select = (selection, signal) => {
      const { matchers, startMs, endMs } = selection;
      const found = this.#native.find(
        (each) => each.firstMs <= endMs && each.lastMs >= startMs && fits(each, matchers),
      );
      this.#selectedNative ??= found?.labels;
      return querier.select(selection, signal);
    };
    return { ...querier, select };
  }

  #append({ labels, values }: SeriesNotation, intervalMs: number): void {
    for (const [step, value] of values.entries()) {
      if (value === 'stale') this.#floats.appendStale(labels, step * intervalMs);
      else if (typeof value === 'number') this.#floats.append(labels, step * intervalMs, value);
    }
    const first = values.indexOf('histogram');
    if (first < 0) return;
    const firstMs = first * intervalMs;
    this.#native.push({ labels, firstMs, lastMs: values.lastIndexOf('histogram') * intervalMs });
  }

  /** Notes the native histogram that this series of a classic one would become a part of. */
  #convert({ labels, values }: SeriesNotation, intervalMs: number): void {
    const name = labels.get(METRIC_NAME);
    if (!CLASSIC_SUFFIX.test(name)) return;
    const base = new LabelsBuilder(labels).set(METRIC_NAME, name.replace(CLASSIC_SUFFIX, '')).del('le').build();
    this.#native.push({ labels: base, firstMs: 0, lastMs: (values.length - 1) * intervalMs });
  }
}

function fits({ labels }: NativeSeries, matchers: readonly Matcher[]): boolean {
  return matchers.every((matcher) => matcher.matches(labels.get(matcher.name)));
}
