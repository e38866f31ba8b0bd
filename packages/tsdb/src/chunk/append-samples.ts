import { ALL_TIME, CHUNK_ENCODING_XOR, type EncodedChunk, type TimeRange, tryEncodingName } from './chunk.ts';
import type { SampleBuffer } from './sample-buffer.ts';
import { appendXorSamples } from './xor-decoder.ts';

export interface ChunkWarning {
  readonly code: 'unsupported_chunk_encoding';
  readonly message: string;
}

/**
 * Appends the samples of a chunk whose times lie in `range` to `target`. A chunk of an encoding that cannot be decoded
 * here (native histograms) adds nothing and is the warning that comes back. A chunk that is not what it should be is a
 * `CorruptionError`, and then `target` is as it was.
 */
export function appendSamples(
  target: SampleBuffer,
  chunk: EncodedChunk,
  range: TimeRange = ALL_TIME,
): ChunkWarning | undefined {
  if (chunk.encoding === CHUNK_ENCODING_XOR) {
    appendXorSamples(target, chunk, range);
    return undefined;
  }
  const name = tryEncodingName(chunk.encoding) ?? 'unknown';
  const message = `${chunk.file}: the chunk at byte ${chunk.offset} was skipped: its encoding is ${chunk.encoding} (${name}); only XOR is supported`;
  return { code: 'unsupported_chunk_encoding', message };
}
