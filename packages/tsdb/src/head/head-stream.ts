import type { Labels } from '@hearth/model';
import { appendSamples } from '../chunk/append-samples.ts';
import { CHUNK_ENCODING_XOR, type EncodedChunk, type TimeRange } from '../chunk/chunk.ts';
import type { SampleBuffer } from '../chunk/sample-buffer.ts';
import { CorruptionError } from '../encoding/corruption-error.ts';
import { dropDeleted, isRising, sortSamples } from '../querying/sample-runs.ts';
import type { SeriesStream } from '../querying/series-stream.ts';
import type { HeadCore } from './head-core.ts';
import type { StoredSeries } from './sample-store.ts';

export interface HeadStreamOptions {
  readonly core: HeadCore;
  /** In the order of their labels. Whoever makes the stream keeps them from being used again. */
  readonly slots: readonly number[];
  readonly range: TimeRange;
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** Series of the head. Each is read as it is at one moment: without waiting, if its chunks are in memory. */
export class HeadStream implements SeriesStream {
  readonly #options: HeadStreamOptions;
  #at = -1;
  #labels: Labels | undefined;

  constructor(options: HeadStreamOptions) {
    this.#options = options;
  }

  get labels(): Labels | undefined {
    return this.#labels;
  }

  advance(): undefined {
    const { core, slots, signal } = this.#options;
    signal?.throwIfAborted();
    this.#at++;
    this.#labels = this.#at < slots.length ? core.series.labels.labels(slots[this.#at]) : undefined;
  }

  append(target: SampleBuffer): Promise<void> | undefined {
    const { core, slots, range } = this.#options;
    const slot = slots[this.#at];
    const stored = core.samples.view(slot, range);
    if (stored === undefined) return undefined;
    const start = target.length;
    if (this.#tryAppend(target, stored)) {
      this.#finish(target, { slot, start });
      return undefined;
    }
    target.length = start;
    const open = stored.open && new Uint8Array(stored.open);
    return this.#appendWaiting(target, { ...stored, open }).then(() => this.#finish(target, { slot, start }));
  }

  async close(): Promise<void> {}

  /** Returns whether all chunks were in memory. */
  #tryAppend(target: SampleBuffer, { chunkRefs, open }: StoredSeries): boolean {
    const { chunks } = this.#options.core;
    for (let i = chunkRefs.length - 1; i >= 0; i--) {
      try {
        const chunk = chunks.tryChunk(chunkRefs[i]);
        if (chunk === undefined) return false;
        this.#decode(target, chunk);
      } catch (error) {
        this.#warnOf(error);
      }
    }
    if (open !== undefined) this.#decode(target, openChunk(open));
    return true;
  }

  async #appendWaiting(target: SampleBuffer, { chunkRefs, open }: StoredSeries): Promise<void> {
    const { chunks } = this.#options.core;
    for (let i = chunkRefs.length - 1; i >= 0; i--) {
      try {
        this.#decode(target, await chunks.chunk(chunkRefs[i]));
      } catch (error) {
        this.#warnOf(error);
      }
    }
    if (open !== undefined) this.#decode(target, openChunk(open));
  }

  #finish(target: SampleBuffer, { slot, start }: { readonly slot: number; readonly start: number }): void {
    const deleted = this.#options.core.samples.tombstones.get(slot);
    if (deleted !== undefined) dropDeleted(target, start, deleted);
    if (!target.hasDisorder) return;
    target.hasDisorder = false;
    if (!isRising(target, start)) sortSamples(target, start);
  }

  #decode(target: SampleBuffer, chunk: EncodedChunk): void {
    const warning = appendSamples(target, chunk, this.#options.range);
    if (warning !== undefined) this.#options.warn(warning.message);
  }

  #warnOf(error: unknown): void {
    if (!(error instanceof CorruptionError)) throw error;
    this.#options.warn(`samples are missing: ${error.message}`);
  }
}

export function openChunk(data: Uint8Array): EncodedChunk {
  return { encoding: CHUNK_ENCODING_XOR, data, file: 'a chunk in memory', offset: 0 };
}
