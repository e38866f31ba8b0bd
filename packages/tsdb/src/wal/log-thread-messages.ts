import type { CorruptionCode } from '../encoding/corruption-error.ts';
import type { RawWalEntry } from './read-raw-wal.ts';
import { SAMPLES_PER_STEP } from './records/record-format.ts';
import { WalSamples } from './records/wal-samples.ts';
import type { WalPosition } from './segment-format.ts';
import type { TornTail } from './torn-tail.ts';
import type { WalErrorCode } from './wal-error.ts';

/**
 * What the thread that reads the log sends. It may have a few messages of records or samples on their way: each is to be
 * answered by an `Answer` when it has been used.
 */
export type LogMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'records'; readonly records: readonly RawWalEntry[] }
  /** Samples of one record or of several that follow each other, the first of which is at `position`. */
  | {
      readonly kind: 'samples';
      /** Columns of `BATCH_SAMPLES` each: references, timestamps, values. */
      readonly memory: ArrayBuffer;
      readonly length: number;
      readonly position: WalPosition;
      readonly inCheckpoint: boolean;
    }
  | { readonly kind: 'end'; readonly tornTail: TornTail | undefined }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Errors lose their class on the way. */
export type Failure =
  | { readonly type: 'corruption'; readonly details: FailureDetails<CorruptionCode> & { readonly offset: number } }
  | { readonly type: 'wal'; readonly details: FailureDetails<WalErrorCode> }
  | { readonly type: 'other'; readonly message: string };

interface FailureDetails<Code> {
  readonly code: Code;
  readonly file: string;
  readonly reason: string;
}

/** That a message was used, and the memory that came with it. */
export interface Answer {
  readonly memory: ArrayBuffer | undefined;
}

export interface LogThreadOptions {
  readonly directory: string;
}

/** Few enough to be in a cache of the processor, many enough that messages cost little. */
export const BATCH_SAMPLES = 8 * SAMPLES_PER_STEP;
export const BATCH_BYTES = 3 * 8 * BATCH_SAMPLES;

/** Messages on their way at most. */
export const MESSAGES_AHEAD = 4;

/** A part of the columns in a batch's memory, which stays with it. */
export function samplesIn(
  memory: ArrayBuffer,
  { from, to }: { readonly from: number; readonly to: number },
): WalSamples {
  const column = (number: number) => new Float64Array(memory, 8 * (number * BATCH_SAMPLES + from), to - from);
  return WalSamples.over(column(0), column(1), column(2));
}
