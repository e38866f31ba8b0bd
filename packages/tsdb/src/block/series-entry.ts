import type { ChunkMeta } from '../chunk/chunk.ts';
import type { ByteReader } from '../encoding/byte-reader.ts';
import { ByteWriter } from '../encoding/byte-writer.ts';
import type { RecordForm } from '../file/read-record.ts';

/**
 * A series in the index:
 *
 *     length              uvarint
 *     number of labels    uvarint
 *       name, value       uvarint each: numbers of symbols
 *     number of chunks    uvarint
 *     the first chunk:
 *       first time        varint
 *       last - first time uvarint
 *       reference         uvarint
 *     each further chunk:
 *       first time - last time of the chunk before    uvarint
 *       last - first time                             uvarint
 *       reference - reference of the chunk before     varint
 *     CRC-32C             4 bytes, of all but the length
 *
 * Labels are sorted by name. The chunks of a series do not overlap and are sorted by time and by reference.
 */
const MAX_LENGTH_BYTES = 5;
const CHECKSUM_BYTES = 4;

/** More than any series has: 16 labels take 100 bytes, 10,000 chunks 100 KB. A longer length is not believed. */
const MAX_ENTRY_BYTES = 64 * 1024 * 1024;

const body = new ByteWriter();

export interface SeriesEntry {
  /** Symbols: name0, value0, name1, value1, … */
  readonly symbols: readonly number[];
  readonly chunks: readonly ChunkMeta[];
}

export function appendSeriesEntry(out: ByteWriter, { symbols, chunks }: SeriesEntry): void {
  body.reset();
  body.uvarint(symbols.length / 2);
  for (const symbol of symbols) body.uvarint(symbol);
  appendChunkMetas(body, chunks);
  out.uvarint(body.length);
  body.crc32c(0);
  out.bytes(body.view());
}

function appendChunkMetas(out: ByteWriter, chunks: readonly ChunkMeta[]): void {
  out.uvarint(chunks.length);
  let lastTime = 0;
  let lastRef = 0;
  for (const [i, { ref, minTime, maxTime }] of chunks.entries()) {
    if (maxTime < minTime) throw new Error(`BUG: chunk ends at ${maxTime} and starts at ${minTime}`);
    if (i > 0 && (minTime <= lastTime || ref <= lastRef)) {
      throw new Error(`BUG: chunk ${ref} at ${minTime} after chunk ${lastRef} that ends at ${lastTime}`);
    }
    if (i === 0) out.varint(minTime);
    else out.uvarint(minTime - lastTime);
    out.uvarint(maxTime - minTime);
    if (i === 0) out.uvarint(ref);
    else out.varint(ref - lastRef);
    lastTime = maxTime;
    lastRef = ref;
  }
}

export const SERIES_ENTRY: RecordForm = {
  prefixBytes: MAX_LENGTH_BYTES,
  length: (reader) => {
    const start = reader.position;
    const length = reader.uvarint();
    if (length > MAX_ENTRY_BYTES) reader.fail('bad_value', `series entry of ${length} bytes`);
    return reader.position - start + length + CHECKSUM_BYTES;
  },
};

/** Reads a whole entry. */
export function readSeriesEntry(reader: ByteReader): SeriesEntry {
  const length = reader.uvarint();
  const start = reader.position;
  reader.skip(length);
  reader.crc32c(start);
  reader.seek(start);
  const symbols = readSymbols(reader);
  const chunks = readChunkMetas(reader);
  const left = start + length - reader.position;
  if (left !== 0) reader.fail('bad_value', `chunks of a series end ${left} bytes from the end of its entry`);
  reader.check();
  return { symbols, chunks };
}

function readSymbols(reader: ByteReader): number[] {
  const symbols: number[] = [];
  const count = 2 * reader.uvarint();
  while (symbols.length < count && reader.failure === undefined) symbols.push(reader.uvarint());
  return symbols;
}

function readChunkMetas(reader: ByteReader): ChunkMeta[] {
  const chunks: ChunkMeta[] = [];
  const count = reader.uvarint();
  let lastTime = 0;
  let lastRef = 0;
  while (chunks.length < count && reader.failure === undefined) {
    const isFirst = chunks.length === 0;
    const minTime = isFirst ? reader.varint() : lastTime + reader.uvarint();
    const maxTime = minTime + reader.uvarint();
    const ref = isFirst ? reader.uvarint() : lastRef + reader.varint();
    if (!Number.isSafeInteger(maxTime) || !Number.isSafeInteger(ref) || ref < 0) {
      reader.fail('bad_value', `chunk ${ref} that ends at ${maxTime}`);
    }
    chunks.push({ ref, minTime, maxTime });
    lastTime = maxTime;
    lastRef = ref;
  }
  return chunks;
}
