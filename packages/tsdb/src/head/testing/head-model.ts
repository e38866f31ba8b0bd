import { type Labels, type Matcher, type Querier, wordsOf } from '@hearth/model';

export interface ModelSample {
  readonly time: number;
  /** `stale`, or the number as JavaScript prints it. */
  readonly value: string;
}

/**
 * What a head should hold, kept as plainly as can be: series by the key of their labels. A series remembers the time of its
 * last sample when that is deleted.
 */
export class HeadModel {
  readonly series = new Map<string, { readonly labels: Labels; samples: ModelSample[]; lastTime: number }>();

  add(labels: Labels, sample: ModelSample): void {
    const series = this.series.get(labels.key) ?? { labels, samples: [], lastTime: -Infinity };
    this.series.set(labels.key, series);
    if (sample.time <= series.lastTime) return;
    series.samples.push(sample);
    series.lastTime = sample.time;
  }

  delete(matchers: readonly Matcher[], from: number, to: number): void {
    for (const series of this.#matching(matchers)) {
      series.samples = series.samples.filter(({ time }) => time < from || time > to);
    }
  }

  /** What `readAll` gives. */
  read(matchers: readonly Matcher[], from: number, to: number): Record<string, string[]> {
    const found: Record<string, string[]> = {};
    const matching = this.#matching(matchers).sort((a, b) => (a.labels.toString() < b.labels.toString() ? -1 : 1));
    for (const { labels, samples } of matching) {
      const inside = samples.filter(({ time }) => time >= from && time <= to);
      if (inside.length > 0) found[labels.toString()] = inside.map(({ time, value }) => `${time}=${value}`);
    }
    return found;
  }

  #matching(matchers: readonly Matcher[]) {
    return [...this.series.values()].filter(({ labels }) => matchers.every((m) => m.matches(labels.get(m.name))));
  }
}

/** All that a querier selects, by printed labels. */
export async function readAll(
  querier: Querier,
  matchers: readonly Matcher[],
  startMs: number,
  endMs: number,
): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for await (const { labels, offsets, timestamps, values } of querier.select({ matchers, startMs, endMs })) {
    const words = wordsOf(values);
    for (const [i, each] of labels.entries()) {
      const samples: string[] = [];
      for (let at = offsets[i]; at < offsets[i + 1]; at++) {
        const isStale = words[2 * at] === 2 && words[2 * at + 1] === 0x7ff00000;
        samples.push(`${timestamps[at]}=${isStale ? 'stale' : values[at]}`);
      }
      found[each.toString()] = samples;
    }
  }
  return found;
}
