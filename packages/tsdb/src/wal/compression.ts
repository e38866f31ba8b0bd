import { compressSync, uncompressSync } from 'snappy';
import { ByteReader } from '../encoding/byte-reader.ts';
import { CorruptionError } from '../encoding/corruption-error.ts';
import { MAX_RECORD_BYTES } from './segment-format.ts';

export type WalCompression = 'none' | 'snappy';

/** A record as a segment stores it. */
export interface StoredRecord {
  readonly bytes: Uint8Array;
  readonly snappy: boolean;
}

/** A snappy copy of at most 64 bytes takes at least 2, so no input grows more than this. */
const MAX_SNAPPY_GROWTH = 32;

/** Copying into a Buffer of V8's is four to eight times faster than wrapping memory of the library's. */
const OPTIONS = { asBuffer: true, copyOutputData: true } as const;

/** Compresses where that gains something; a short record often grows, and is then stored as it is. */
export function compressRecord(bytes: Uint8Array, compression: WalCompression): StoredRecord {
  if (compression === 'none') return { bytes, snappy: false };
  const compressed = compressSync(bytes, OPTIONS);
  return compressed.length < bytes.length ? { bytes: compressed, snappy: true } : { bytes, snappy: false };
}

/**
 * Undoes snappy. The library believes whatever length the first bytes claim and allocates it, so that is checked
 * first. `file` and `offset` say where the record stands, for the error.
 */
export function uncompressRecord(bytes: Uint8Array, file: string, offset: number): Uint8Array {
  const header = new ByteReader(bytes, file, offset);
  const length = header.uvarint();
  header.check();
  if (length > MAX_RECORD_BYTES || length > bytes.length * MAX_SNAPPY_GROWTH) {
    const reason = `${bytes.length} bytes of snappy claim to hold ${length}`;
    throw new CorruptionError({ code: 'bad_value', file, offset, reason });
  }
  try {
    return uncompressSync(bytes, OPTIONS) as Buffer;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CorruptionError({ code: 'bad_value', file, offset, reason, cause });
  }
}
