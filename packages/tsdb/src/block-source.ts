import type { Labels } from '@hearth/model';
import type { ChunkToWrite } from './block/block-writer.ts';

/** Series with their chunks: what a block is made of, whether from the head or from other blocks. */
export interface BlockSource {
  /** Times of the samples, in Unix milliseconds; the end is not included. */
  readonly minTime: number;
  readonly maxTime: number;
  /** All label names and values, each once, in the order of their UTF-8 bytes. May hold some that no series has. */
  symbols(): Promise<readonly string[]>;
  /**
   * Every series once, in the order of its labels, with its chunks in the order of their times; chunks may overlap where
   * samples came out of order. Chunk data is valid until the next series is asked for. Deleted samples are not in it.
   */
  series(): AsyncIterable<ChunkedSeries>;
}

export interface ChunkedSeries {
  readonly labels: Labels;
  readonly chunks: readonly ChunkToWrite[];
}
