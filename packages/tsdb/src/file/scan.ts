import { ByteReader } from '../encoding/byte-reader.ts';
import { crc32c } from '../encoding/checksum.ts';
import type { ByteRange, ByteSource } from './byte-source.ts';

const PIECE_BYTES = 256 * 1024;

/**
 * Takes one record from the reader; `false` ends the scan. It may be called with bytes that end within the record:
 * then the reader fails with `truncated`, what was read counts for nothing, and the call is repeated with more bytes.
 */
export type RecordVisitor = (reader: ByteReader) => boolean | undefined;

/**
 * Visits the records in a range of a file one after the other, with no more than a piece of it (and the longest record)
 * in memory. Between pieces the event loop runs. Throws the first failure of a reader.
 *
 * Returns the CRC-32C of the range, or of the pieces that were read when the visitor ended the scan.
 */
export async function scanRecords(
  source: Pick<ByteSource, 'name' | 'read'>,
  range: ByteRange,
  visit: RecordVisitor,
): Promise<number> {
  let sum = 0;
  let rest: Buffer = Buffer.alloc(0);
  let offset = range.offset;
  while (offset < range.end) {
    const piece = await source.read(offset, Math.min(PIECE_BYTES, range.end - offset));
    sum = crc32c(piece, sum);
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const base = offset - rest.length;
    offset += piece.length;
    const visited = visitAll(visit, { bytes, file: source.name, base, isLast: offset === range.end });
    if (visited === 'stopped') break;
    rest = bytes.subarray(visited);
  }
  return sum;
}

interface Piece {
  readonly bytes: Buffer;
  readonly file: string;
  readonly base: number;
  readonly isLast: boolean;
}

/** Visits the records that are complete. Returns the number of bytes they take. */
function visitAll(visit: RecordVisitor, { bytes, file, base, isLast }: Piece): number | 'stopped' {
  const reader = new ByteReader(bytes, file, base);
  let start = 0;
  while (reader.remaining > 0) {
    if (visit(reader) === false) return 'stopped';
    if (reader.failure !== undefined) {
      if (isLast || reader.failure.code !== 'truncated') throw reader.failure;
      return start;
    }
    start = reader.position;
  }
  return start;
}
