import { join } from 'node:path';
import { type FileSystem, writeAll } from '@hearth/tsdb';
import type { ReadSample, ReadSeries } from './sample-stream.ts';

/** What all buckets together keep in memory before it is written. */
const BUFFER_BYTES = 32 * 1024 * 1024;
const FIRST_BUFFER_BYTES = 256;
const READ_BYTES = 1024 * 1024;

/**
 * Samples by the range of time in which they lie, each range (bucket) in a file of its own:
 *
 *     number of the series in this file      4 bytes, little-endian as all here
 *     if it is the first with this number:
 *       length of its key, and the key       4 bytes, UTF-8
 *     timestamp, value, line in the input    8 bytes each, as floats
 *
 * A series may have several numbers in a file. In memory are some bytes of each bucket, whatever the size of the input.
 */
export class Spill {
  readonly #fileSystem: FileSystem;
  readonly #directory: string;
  readonly #rangeMs: number;
  readonly #buckets = new Map<number, BucketWriter>();
  /** Where each series was written last: mostly it goes on there. */
  readonly #places = new WeakMap<ReadSeries, { readonly bucket: BucketWriter; readonly id: number }>();

  constructor(options: { readonly fileSystem: FileSystem; readonly directory: string; readonly rangeMs: number }) {
    this.#fileSystem = options.fileSystem;
    this.#directory = options.directory;
    this.#rangeMs = options.rangeMs;
  }

  get bucketCount(): number {
    return this.#buckets.size;
  }

  /** Whether `flush` should be called before more is added. */
  get isFull(): boolean {
    let bytes = 0;
    for (const bucket of this.#buckets.values()) bytes += bucket.memoryBytes;
    return bytes >= BUFFER_BYTES;
  }

  add({ series, timestampMs, value, line }: ReadSample): void {
    const bucket = this.#bucketAt(Math.floor(timestampMs / this.#rangeMs));
    const place = this.#places.get(series);
    if (place?.bucket === bucket) {
      bucket.add(place.id, undefined, [timestampMs, value, line]);
      return;
    }
    const id = bucket.seriesCount++;
    bucket.add(id, series.key, [timestampMs, value, line]);
    this.#places.set(series, { bucket, id });
  }

  async flush(): Promise<void> {
    for (const bucket of this.#buckets.values()) await bucket.flush(this.#fileSystem);
  }

  /** By rising time; call `flush` before. */
  buckets(): readonly SpilledBucket[] {
    return [...this.#buckets]
      .sort(([a], [b]) => a - b)
      .map(([, { path, writtenBytes }]) => ({ path, sizeBytes: writtenBytes }));
  }

  #bucketAt(number: number): BucketWriter {
    let bucket = this.#buckets.get(number);
    if (bucket === undefined) {
      bucket = new BucketWriter(join(this.#directory, String(number)));
      this.#buckets.set(number, bucket);
    }
    return bucket;
  }
}

export interface SpilledBucket {
  readonly path: string;
  readonly sizeBytes: number;
}

class BucketWriter {
  readonly path: string;
  seriesCount = 0;
  writtenBytes = 0;
  #bufferedBytes = 0;
  #buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.path = path;
  }

  get memoryBytes(): number {
    return this.#buffer.length;
  }

  /** `key` comes with the first sample of an id. */
  add(id: number, key: string | undefined, numbers: readonly [timestampMs: number, value: number, line: number]): void {
    const keyBytes = key === undefined ? 0 : Buffer.byteLength(key);
    this.#reserve(4 + 4 + keyBytes + 24);
    const buffer = this.#buffer;
    let at = buffer.writeUInt32LE(id, this.#bufferedBytes);
    if (key !== undefined) {
      at = buffer.writeUInt32LE(keyBytes, at);
      at += buffer.write(key, at);
    }
    for (const number of numbers) at = buffer.writeDoubleLE(number, at);
    this.#bufferedBytes = at;
  }

  async flush(fileSystem: FileSystem): Promise<void> {
    if (this.#bufferedBytes === 0) return;
    const file = await fileSystem.open(this.path, 'create');
    try {
      await writeAll(file, this.#buffer.subarray(0, this.#bufferedBytes), this.writtenBytes);
    } finally {
      await file.close();
    }
    this.writtenBytes += this.#bufferedBytes;
    this.#bufferedBytes = 0;
    this.#buffer = Buffer.alloc(0);
  }

  #reserve(bytes: number): void {
    const needed = this.#bufferedBytes + bytes;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, 2 * this.#buffer.length, FIRST_BUFFER_BYTES));
    this.#buffer.copy(grown, 0, 0, this.#bufferedBytes);
    this.#buffer = grown;
  }
}

export interface BucketVisitor {
  /** The next number stands for the series with this key. */
  series(key: string): void;
  sample(id: number, timestampMs: number, value: number, line: number): void;
  /** After each piece of the file, with its bytes. */
  afterPiece(bytes: number): Promise<void>;
}

/** Reads the samples of a bucket in the order in which they were added. */
export async function readBucket(fileSystem: FileSystem, bucket: SpilledBucket, visitor: BucketVisitor): Promise<void> {
  const file = await fileSystem.open(bucket.path, 'read');
  try {
    let seriesCount = 0;
    let rest = Buffer.alloc(0);
    for (let offset = 0; offset < bucket.sizeBytes; ) {
      const piece = Buffer.allocUnsafe(Math.min(READ_BYTES, bucket.sizeBytes - offset));
      const count = await file.read(piece, offset);
      if (count < piece.length) throw new Error(`${bucket.path}: the file has become shorter while it was read`);
      offset += count;
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      const read = readRecords(bytes, seriesCount, visitor);
      seriesCount = read.seriesCount;
      rest = Buffer.from(bytes.subarray(read.consumed));
      await visitor.afterPiece(count);
    }
  } finally {
    await file.close();
  }
}

/** Reads the records that are whole. */
function readRecords(
  bytes: Buffer,
  seriesBefore: number,
  visitor: BucketVisitor,
): { readonly consumed: number; readonly seriesCount: number } {
  let seriesCount = seriesBefore;
  let consumed = 0;
  while (consumed + 8 <= bytes.length) {
    const id = bytes.readUInt32LE(consumed);
    const isNew = id === seriesCount;
    const keyStart = consumed + 8;
    const keyEnd = isNew ? keyStart + bytes.readUInt32LE(consumed + 4) : consumed + 4;
    if (keyEnd + 24 > bytes.length) break;
    if (isNew) {
      visitor.series(bytes.toString('utf8', keyStart, keyEnd));
      seriesCount++;
    }
    const [timestampMs, value] = [bytes.readDoubleLE(keyEnd), bytes.readDoubleLE(keyEnd + 8)];
    visitor.sample(id, timestampMs, value, bytes.readDoubleLE(keyEnd + 16));
    consumed = keyEnd + 24;
  }
  return { consumed, seriesCount };
}
