import type { ChunkToWrite } from '../../block/block-writer.ts';
import { CHUNK_ENCODING_XOR, tryEncodingName } from '../../chunk/chunk.ts';
import { SampleBuffer } from '../../chunk/sample-buffer.ts';
import { XorAppender } from '../../chunk/xor-appender.ts';
import { appendXorSamples } from '../../chunk/xor-decoder.ts';
import type { Pace } from '../../file/pace.ts';
import { appendMerged, runOf } from '../../querying/merge-samples.ts';
import { isRising, sortSamples } from '../../querying/sample-runs.ts';
import { CompactionError } from './compaction-error.ts';

/** As in Prometheus. */
const SAMPLES_PER_CHUNK = 120;

/**
 * The chunks of one series, from several sources, such that none overlaps another. Chunks that are alone in their time
 * stay as they are, whatever their encoding; equal ones are one; the samples of the others are merged, each time once,
 * and encoded anew. Of two samples of one time that of the chunk named first stays.
 */
export async function joinChunks(chunks: readonly ChunkToWrite[], pace: Pace): Promise<readonly ChunkToWrite[]> {
  const joined: ChunkToWrite[] = [];
  for (const group of overlapping(chunks)) {
    const distinct = withoutCopies(group);
    if (distinct.length === 1) joined.push(distinct[0]);
    else joined.push(...(await mergeChunks(distinct, pace)));
  }
  return joined;
}

/** The samples of a buffer, which rise, as chunks. */
export async function encodeChunks({ timestamps, words, length }: SampleBuffer, pace: Pace): Promise<ChunkToWrite[]> {
  const chunks: ChunkToWrite[] = [];
  for (let start = 0; start < length; start += SAMPLES_PER_CHUNK) {
    const end = Math.min(start + SAMPLES_PER_CHUNK, length);
    const appender = new XorAppender();
    for (let i = start; i < end; i++) appender.appendBits(timestamps[i], words[2 * i + 1], words[2 * i]);
    const times = { minTime: timestamps[start], maxTime: timestamps[end - 1] };
    chunks.push({ encoding: CHUNK_ENCODING_XOR, data: appender.copy(), ...times });
    const rest = pace();
    if (rest !== undefined) await rest;
  }
  return chunks;
}

/** Appends the samples of a chunk; those of a chunk that cannot be decoded here are a `CompactionError`. */
export function appendDecoded(target: SampleBuffer, { encoding, data }: ChunkToWrite): void {
  if (encoding !== CHUNK_ENCODING_XOR) {
    const name = tryEncodingName(encoding) ?? 'unknown';
    throw new CompactionError(
      'unsupported_chunk_encoding',
      `chunks of encoding ${encoding} (${name}) cannot be merged`,
    );
  }
  appendXorSamples(target, { encoding, data, file: 'chunk', offset: 0 });
}

/** Groups of chunks that overlap in a chain, by rising time. */
function overlapping(chunks: readonly ChunkToWrite[]): ChunkToWrite[][] {
  const groups: ChunkToWrite[][] = [];
  let end = -Infinity;
  for (const chunk of chunks.toSorted((a, b) => a.minTime - b.minTime)) {
    if (chunk.minTime <= end) groups[groups.length - 1].push(chunk);
    else groups.push([chunk]);
    end = Math.max(end, chunk.maxTime);
  }
  return groups;
}

function withoutCopies(group: readonly ChunkToWrite[]): readonly ChunkToWrite[] {
  const distinct: ChunkToWrite[] = [];
  let sameStart = 0;
  for (const chunk of group) {
    if (distinct[sameStart]?.minTime !== chunk.minTime) sameStart = distinct.length;
    if (!distinct.slice(sameStart).some((other) => areEqual(chunk, other))) distinct.push(chunk);
  }
  return distinct;
}

function areEqual(a: ChunkToWrite, b: ChunkToWrite): boolean {
  return (
    a.minTime === b.minTime &&
    a.maxTime === b.maxTime &&
    a.encoding === b.encoding &&
    Buffer.compare(a.data, b.data) === 0
  );
}

async function mergeChunks(group: readonly ChunkToWrite[], pace: Pace): Promise<ChunkToWrite[]> {
  let merged: SampleBuffer | undefined;
  for (const lane of lanesOf(group)) {
    const samples = new SampleBuffer();
    for (const chunk of lane) {
      appendDecoded(samples, chunk);
      const rest = pace();
      if (rest !== undefined) await rest;
    }
    if (!isRising(samples, 0)) sortSamples(samples, 0);
    if (samples.length === 0) continue;
    merged = merged === undefined ? samples : mergeTwo(merged, samples);
  }
  return merged === undefined ? [] : encodeChunks(merged, pace);
}

/** Few lists of chunks, none of which overlap within a list. */
function lanesOf(group: readonly ChunkToWrite[]): readonly ChunkToWrite[][] {
  const lanes: ChunkToWrite[][] = [];
  for (const chunk of group) {
    const lane = lanes.find((candidate) => candidate[candidate.length - 1].maxTime < chunk.minTime);
    if (lane === undefined) lanes.push([chunk]);
    else lane.push(chunk);
  }
  return lanes;
}

function mergeTwo(first: SampleBuffer, second: SampleBuffer): SampleBuffer {
  const both = new SampleBuffer(first.length + second.length);
  appendMerged(both, [runOf(first), runOf(second)]);
  return both;
}
