import { type Labels, type SeriesBatch, wordsOf } from '@hearth/model';
import { CHUNK_ENCODING_XOR, XorAppender } from '@hearth/tsdb';
import { crc32c } from '@node-rs/crc32';
import { withExternal } from './external-labels.ts';
import { ProtoWriter } from './proto-writer.ts';
import { writeLabels } from './write-samples.ts';

/*
 * The message ChunkedReadResponse of remote.proto, each in a frame: its length as a varint, its CRC-32C in big-endian order,
 * and the message.
 *
 *     ChunkedReadResponse: chunked_series = 1 (ChunkedSeries), query_index = 2
 *     ChunkedSeries: labels = 1 (Label), chunks = 2 (Chunk)
 *     Chunk: min_time_ms = 1, max_time_ms = 2, type = 3 (1: XOR), data = 4
 */

/** As Prometheus cuts chunks. */
const SAMPLES_PER_CHUNK = 120;

const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0];

export interface ChunkFrameOptions {
  readonly externalLabels: Labels;
  readonly queryIndex: number;
  /** About: a frame may be longer by one chunk. */
  readonly maxFrameBytes: number;
}

/** The frames of one series, which is in one or several of them. */
export function* chunkFrames(batch: SeriesBatch, index: number, options: ChunkFrameOptions): Generator<Buffer> {
  const { offsets } = batch;
  const labels = new ProtoWriter();
  writeLabels(labels, 1, withExternal(batch.labels[index], options.externalLabels));
  const words = wordsOf(batch.values);
  const series = new ProtoWriter(16 * 1024);
  const chunk = new ProtoWriter();
  const startSeries = () => {
    series.clear();
    series.append(labels.view());
  };
  startSeries();
  for (let from = offsets[index]; from < offsets[index + 1]; from += SAMPLES_PER_CHUNK) {
    const to = Math.min(offsets[index + 1], from + SAMPLES_PER_CHUNK);
    chunk.clear();
    writeChunk(chunk, { timestamps: batch.timestamps, words, from, to });
    series.bytes(2, chunk.view());
    if (series.length < options.maxFrameBytes && to < offsets[index + 1]) continue;
    yield frameOf(series.view(), options.queryIndex);
    startSeries();
  }
}

interface ChunkSamples {
  readonly timestamps: Float64Array;
  readonly words: Uint32Array;
  readonly from: number;
  readonly to: number;
}

function writeChunk(chunk: ProtoWriter, { timestamps, words, from, to }: ChunkSamples): void {
  const appender = new XorAppender();
  for (let i = from; i < to; i++) appender.appendBits(timestamps[i], words[2 * i + HIGH], words[2 * i + 1 - HIGH]);
  chunk.integer(1, timestamps[from]);
  chunk.integer(2, timestamps[to - 1]);
  chunk.integer(3, CHUNK_ENCODING_XOR);
  chunk.bytes(4, appender.view());
}

function frameOf(series: Uint8Array, queryIndex: number): Buffer {
  const message = new ProtoWriter(series.length + 32);
  message.bytes(1, series);
  message.integer(2, queryIndex);
  const body = message.view();
  const head = new ProtoWriter(16);
  head.varint(body.length);
  const checksum = Buffer.allocUnsafe(4);
  checksum.writeUInt32BE(crc32c(body));
  return Buffer.concat([head.view(), checksum, body]);
}
