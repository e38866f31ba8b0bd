import type { ChunkMeta } from '../chunk/chunk.ts';
import { ByteReader } from '../encoding/byte-reader.ts';
import { ByteWriter } from '../encoding/byte-writer.ts';

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

/** What must be read to know the length of an entry. */
export const ENTRY_PREFIX_BYTES = MAX_LENGTH_BYTES;

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

/** The bytes of an entry, told from its first ones. */
export function seriesEntryLength(prefix: ByteReader): number {
  const start = prefix.position;
  const length = prefix.uvarint();
  if (length > MAX_ENTRY_BYTES) prefix.fail('bad_value', `series entry of ${length} bytes`);
  return prefix.position - start + length + CHECKSUM_BYTES;
}

/** Reads a whole entry. */
export function readSeriesEntry(bytes: Uint8Array, file: string, offset: number): SeriesEntry {
  const reader = new ByteReader(bytes, file, offset);
  const length = reader.uvarint();
  const start = reader.position;
  reader.skip(length);
  reader.crc32c(start);
  reader.check();
  const content = new ByteReader(bytes.subarray(start, start + length), file, offset + start);
  const symbols = readSymbols(content);
  const chunks = readChunkMetas(content);
  if (content.remaining > 0) content.fail('bad_value', `${content.remaining} bytes after the last chunk of a series`);
  content.check();
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
