import type { Labels } from '@hearth/model';
import type { Appender, AppendRefusal, SeriesRef } from '@hearth/tsdb';

export interface RecordingStorage {
  appender(): Appender;
  /** What was committed since the last call: `up{job="a"} 1 @1000`, or `stale` in place of a value; then it is forgotten. */
  taken(): readonly string[];
  /** How often a series was looked up by its labels. */
  readonly lookups: number;
  /** Makes every reference unknown, as when the head is truncated. */
  forgetSeries(): void;
  /** The next commit fails. */
  failNextCommit(error: Error): void;
}

interface Series {
  readonly text: string;
  lastMs: number;
}

/** A storage that remembers what it was given, in words. It refuses what is not newer, as a real one does. */
export function createRecordingStorage(): RecordingStorage {
  const series = new Map<SeriesRef, Series>();
  const refs = new Map<string, SeriesRef>();
  let nextRef = 1;
  let lookups = 0;
  let committed: string[] = [];
  let failure: Error | undefined;

  function createAppender(): Appender {
    const pending: string[] = [];
    const times: (() => void)[] = [];
    const add = (ref: SeriesRef, timestampMs: number, shown: string): AppendRefusal | undefined => {
      const found = series.get(ref);
      if (found === undefined) return 'unknown_series';
      if (timestampMs < found.lastMs) return 'out_of_order';
      if (timestampMs === found.lastMs) return 'duplicate_timestamp';
      pending.push(`${found.text} ${shown} @${timestampMs}`);
      times.push(() => {
        found.lastMs = timestampMs;
      });
      return undefined;
    };
    return {
      seriesRef(labels: Labels) {
        lookups++;
        let ref = refs.get(labels.key);
        if (ref === undefined) {
          ref = nextRef++;
          refs.set(labels.key, ref);
          series.set(ref, { text: labels.toMetricString(), lastMs: -Infinity });
        }
        return ref;
      },
      append: (ref, timestampMs, value) => add(ref, timestampMs, String(value)),
      appendStale: (ref, timestampMs) => add(ref, timestampMs, 'stale'),
      appendExemplar(ref, { labels, timestampMs, value }) {
        pending.push(`${series.get(ref)?.text} # ${labels.toString()} ${value} @${timestampMs}`);
        return undefined;
      },
      async commit() {
        if (failure !== undefined) {
          const error = failure;
          failure = undefined;
          throw error;
        }
        committed.push(...pending);
        for (const note of times) note();
      },
      async rollback() {},
    };
  }

  return {
    appender: createAppender,
    taken() {
      const all = committed;
      committed = [];
      return all;
    },
    get lookups() {
      return lookups;
    },
    forgetSeries() {
      series.clear();
      refs.clear();
    },
    failNextCommit(error) {
      failure = error;
    },
  };
}
