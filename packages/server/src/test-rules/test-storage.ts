import type { Labels, Queryable } from '@hearth/model';
import { createMemoryStorage, MemoryStorageError } from '@hearth/promql';
import type { RuleAppender, RuleStorage } from '../rules/rule-sample.ts';
import type { InputSeries, TestGroup } from './test-file.ts';

/** What a test's rules read and write: its series, as far as time has come, and what rules have made of them. */
export interface TestStorage extends RuleStorage {
  readonly queryable: Queryable;
  /** Adds the samples of the input up to a time. Times must rise. Throws a MemoryStorageError. */
  loadUpTo(timestampMs: number): void;
}

/** The next value of a series to be loaded. */
interface Cursor {
  readonly series: InputSeries;
  next: number;
}

export function createTestStorage({ series, intervalMs, startMs }: TestGroup): TestStorage {
  const storage = createMemoryStorage();
  // Of the same series twice the last one counts, as in promtool.
  const last = new Map(series.map((each) => [each.labels.key, each]));
  const cursors: Cursor[] = Array.from(last.values(), (each) => ({ series: each, next: 0 }));
  const loadNext = ({ labels, values }: InputSeries, index: number): void => {
    const value = values[index];
    const timestampMs = startMs + index * intervalMs;
    if (value === 'stale') storage.appendStale(labels, timestampMs);
    else if (typeof value === 'number') storage.append(labels, timestampMs, value);
  };
  return {
    queryable: storage,
    appender: () => createAppender(storage),
    loadUpTo(timestampMs) {
      for (const cursor of cursors) {
        const { values } = cursor.series;
        while (cursor.next < values.length && startMs + cursor.next * intervalMs <= timestampMs) {
          loadNext(cursor.series, cursor.next);
          cursor.next++;
        }
      }
    },
  };
}

function createAppender(storage: ReturnType<typeof createMemoryStorage>): RuleAppender {
  const attempt = (append: () => void): string | undefined => {
    try {
      append();
      return undefined;
    } catch (error) {
      if (error instanceof MemoryStorageError) return error.message;
      throw error;
    }
  };
  return {
    append: (labels: Labels, timestampMs, value) => attempt(() => storage.append(labels, timestampMs, value)),
    appendStale: (labels: Labels, timestampMs) => attempt(() => storage.appendStale(labels, timestampMs)),
    commit: async () => undefined,
  };
}
