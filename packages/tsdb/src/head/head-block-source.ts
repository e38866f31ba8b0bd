import { compareUtf8 } from '@hearth/model';
import type { ChunkToWrite } from '../block/block-writer.ts';
import type { BlockSource, ChunkedSeries } from '../block-source.ts';
import { appendSamples } from '../chunk/append-samples.ts';
import { CHUNK_ENCODING_XOR, type EncodedChunk, type TimeRange } from '../chunk/chunk.ts';
import { SampleBuffer } from '../chunk/sample-buffer.ts';
import { XorAppender } from '../chunk/xor-appender.ts';
import { dropDeleted } from '../querying/sample-runs.ts';
import type { HeadCore } from './head-core.ts';
import { sortSlots } from './head-querier.ts';
import { openChunk } from './head-stream.ts';
import { sortPaced } from './sort-paced.ts';

/** The samples of the head between two times, with chunks as they are where they lie wholly between them. */
export class HeadBlockSource implements BlockSource {
  readonly minTime: number;
  readonly maxTime: number;
  readonly #core: HeadCore;
  readonly #samples = new SampleBuffer();

  constructor(core: HeadCore, minTime: number, maxTime: number) {
    this.#core = core;
    this.minTime = minTime;
    this.maxTime = maxTime;
    core.sealedBefore = Math.max(core.sealedBefore, Math.min(maxTime, core.appendableFrom));
  }

  symbols(): Promise<readonly string[]> {
    return sortPaced(this.#core.series.symbols.texts(), compareUtf8, this.#core.pace);
  }

  async *series(): AsyncGenerator<ChunkedSeries, void, void> {
    const { series, samples, readers, pace } = this.#core;
    const range: TimeRange = { minTime: Math.max(this.minTime, this.#core.floor), maxTime: this.maxTime - 1 };
    const reader = readers.open(range.minTime);
    try {
      const all = await series.index.allPostings();
      const slots = Array.from(all).filter((slot) => samples.reachesInto(slot, range));
      for (const slot of await sortSlots(this.#core, slots)) {
        const chunks = await this.#chunks(slot, range);
        if (chunks.length > 0) yield { labels: series.labels.labels(slot), chunks };
        const rest = pace();
        if (rest !== undefined) await rest;
      }
    } finally {
      reader.close();
    }
  }

  async #chunks(slot: number, range: TimeRange): Promise<readonly ChunkToWrite[]> {
    const { samples, chunks } = this.#core;
    const stored = samples.read(slot, range);
    if (stored === undefined) return [];
    const deleted = samples.tombstones.get(slot) ?? [];
    const { chunkRefs, minTimes, maxTimes, open } = stored;
    const result: ChunkToWrite[] = [];
    for (let i = chunkRefs.length - 1; i >= 0; i--) {
      const times = { minTime: minTimes[i], maxTime: maxTimes[i] };
      const kept = this.#keep(await chunks.chunk(chunkRefs[i]), { times, range, deleted });
      if (kept !== undefined) result.push(kept);
    }
    if (open !== undefined) {
      const times = { minTime: stored.openMinTime, maxTime: stored.openMaxTime };
      const kept = this.#keep(openChunk(open), { times, range, deleted });
      if (kept !== undefined) result.push(kept);
    }
    return result;
  }

  /** The chunk, or what is left of it: nothing, perhaps. Chunks that cannot be decoded are kept as a whole. */
  #keep(
    chunk: EncodedChunk,
    { times, range, deleted }: { times: TimeRange; range: TimeRange; deleted: readonly TimeRange[] },
  ): ChunkToWrite | undefined {
    const { encoding, data } = chunk;
    const isInside = times.minTime >= range.minTime && times.maxTime <= range.maxTime;
    const isTouched = deleted.some((each) => each.minTime <= times.maxTime && each.maxTime >= times.minTime);
    if ((isInside && !isTouched) || encoding !== CHUNK_ENCODING_XOR) return { encoding, data, ...times };

    const samples = this.#samples;
    samples.clear();
    appendSamples(samples, chunk, range);
    dropDeleted(samples, 0, deleted);
    const { length, timestamps, words } = samples;
    if (length === 0) return undefined;
    const appender = new XorAppender();
    for (let i = 0; i < length; i++) appender.appendBits(timestamps[i], words[2 * i + 1], words[2 * i]);
    return { encoding, data: appender.copy(), minTime: timestamps[0], maxTime: timestamps[length - 1] };
  }
}
