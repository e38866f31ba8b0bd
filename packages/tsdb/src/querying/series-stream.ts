import type { Labels, Querier, Selection, SeriesBatch } from '@hearth/model';
import type { SampleBuffer } from '../chunk/sample-buffer.ts';
import type { Pace } from '../file/pace.ts';
import { giveColumnsBack, takeColumns } from './series-columns.ts';

/**
 * The series of a selection one by one, in the order of their labels: what is asked for is decoded, to where it is wanted.
 * A method returns a promise only if there is something to wait for; then no other is called until it is resolved.
 */
export interface SeriesStream {
  /** Of the series it stands at; `undefined` before the first one and after the last. */
  readonly labels: Labels | undefined;
  /** Goes on to the next series. */
  advance(): Promise<void> | undefined;
  /** Appends the samples of the series, by rising time. There may be none. */
  append(target: SampleBuffer): Promise<void> | undefined;
  /** Called once, when no more is wanted. */
  close(): Promise<void>;
}

/** A querier that can be read series by series. */
export interface StreamingQuerier extends Querier {
  /** `signal` makes the stream throw its reason. */
  stream(selection: Selection, signal?: AbortSignal): Promise<SeriesStream>;
}

export function isStreaming(querier: Querier): querier is StreamingQuerier {
  return 'stream' in querier;
}

/** Reads a stream to its end in batches, and closes it. */
export async function* readBatches(
  stream: SeriesStream,
  { pace, signal }: { readonly pace: Pace; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<SeriesBatch, void, void> {
  const columns = takeColumns();
  try {
    for (;;) {
      const advanced = stream.advance();
      if (advanced !== undefined) await advanced;
      const { labels } = stream;
      if (labels === undefined) break;
      const appended = stream.append(columns.samples);
      if (appended !== undefined) await appended;
      columns.endSeries(labels);
      const rest = pace();
      if (rest !== undefined) await rest;
      if (!columns.isFull) continue;
      signal?.throwIfAborted();
      yield columns.batch();
      columns.clear();
    }
    signal?.throwIfAborted();
    if (!columns.isEmpty) yield columns.batch();
    giveColumnsBack(columns);
  } finally {
    await stream.close();
  }
}
