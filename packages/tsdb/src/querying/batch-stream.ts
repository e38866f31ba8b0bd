import type { Labels, SeriesBatch } from '@hearth/model';
import type { SampleBuffer } from '../chunk/sample-buffer.ts';
import { appendRun, runOfColumns } from './merge-samples.ts';
import type { SeriesStream } from './series-stream.ts';

/** The series of batches one by one: for queriers that can only be read in batches. */
export function streamOf(batches: AsyncIterable<SeriesBatch>): SeriesStream {
  return new BatchStream(batches[Symbol.asyncIterator]());
}

class BatchStream implements SeriesStream {
  readonly #batches: AsyncIterator<SeriesBatch>;
  #batch: SeriesBatch | undefined;
  #at = 0;

  constructor(batches: AsyncIterator<SeriesBatch>) {
    this.#batches = batches;
  }

  get labels(): Labels | undefined {
    return this.#batch?.labels[this.#at];
  }

  advance(): Promise<void> | undefined {
    this.#at++;
    return this.labels === undefined ? this.#readBatch() : undefined;
  }

  append(target: SampleBuffer): undefined {
    if (this.#batch === undefined) throw new Error('BUG: a series is read before the first or after the last one');
    const { offsets } = this.#batch;
    appendRun(target, runOfColumns(this.#batch, { start: offsets[this.#at], end: offsets[this.#at + 1] }));
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }

  async #readBatch(): Promise<void> {
    this.#at = 0;
    do {
      const next = await this.#batches.next();
      this.#batch = next.done === true ? undefined : next.value;
    } while (this.#batch?.labels.length === 0);
  }
}
