import { ByteReader } from '../encoding/byte-reader.ts';
import type { ByteWriter } from '../encoding/byte-writer.ts';
import type { ByteRange } from '../file/byte-source.ts';

/**
 * The file `index` of a block: which series it has, found by their labels, and where the chunks of each lie.
 *
 *     magic 0xBAAAD700    4 bytes
 *     version 2           1 byte
 *     symbols             section: count (4 bytes), strings (length as uvarint, UTF-8) in ascending order
 *     series              one entry after the other, see series-entry.ts, each padded to a multiple of 16 bytes
 *     label indices       for each label name a section: 1 (4 bytes), count (4 bytes), symbols of the values (4 bytes each)
 *     postings            for each label pair a section: count (4 bytes), series references (4 bytes each), ascending
 *     label offset table  section: count (4 bytes); 1 (1 byte), name, offset of the label index (uvarint)
 *     postings offset table    section: count (4 bytes); 2 (1 byte), name, value, offset of the postings (uvarint)
 *     table of contents   six offsets (8 bytes each), CRC-32C of them (4 bytes)
 *
 * A section is its length (4 bytes), so many bytes, and their CRC-32C (4 bytes). Label indices and postings begin at
 * multiples of 4. A symbol is named by its number, from 0. A series is named by its offset divided by 16, so that
 * references ascend with the label sets.
 *
 * The postings of the empty name and value list all series. Names, and the values of a name, are in the order of their
 * UTF-8 bytes. Label indices and their table are written because Prometheus 2 writes them; nobody reads them.
 *
 * Source: Prometheus, tsdb/docs/format/index.md and tsdb/index/index.go.
 */
export const INDEX_FILE = 'index';
const INDEX_MAGIC = 0xbaaad700;
const INDEX_VERSION = 2;
export const INDEX_HEADER_BYTES = 5;

export const SERIES_ALIGNMENT = 16;
export const SECTION_ALIGNMENT = 4;
export const MAX_SERIES_REF = 0xffff_ffff;

/** Keys of an entry in the postings offset table: a name and a value. */
export const POSTINGS_KEYS = 2;

/** Offsets of the sections; 0 for one that does not exist. */
export interface TableOfContents {
  readonly symbols: number;
  readonly series: number;
  readonly labelIndices: number;
  readonly labelIndicesTable: number;
  readonly postings: number;
  readonly postingsTable: number;
}

const CHECKSUM_BYTES = 4;
export const TOC_BYTES = 6 * 8 + CHECKSUM_BYTES;

export function appendIndexHeader(out: ByteWriter): void {
  out.uint32(INDEX_MAGIC);
  out.uint8(INDEX_VERSION);
}

export function checkIndexHeader(header: Uint8Array, file: string): void {
  const reader = new ByteReader(header, file);
  const magic = reader.uint32();
  if (magic !== INDEX_MAGIC) reader.fail('bad_magic', `magic number 0x${magic.toString(16)} is not that of an index`);
  const version = reader.uint8();
  if (version !== INDEX_VERSION) reader.fail('bad_version', `index version ${version}; ${INDEX_VERSION} is supported`);
  reader.check();
}

export function appendToc(out: ByteWriter, toc: TableOfContents): void {
  const start = out.length;
  out.uint64(toc.symbols);
  out.uint64(toc.series);
  out.uint64(toc.labelIndices);
  out.uint64(toc.labelIndicesTable);
  out.uint64(toc.postings);
  out.uint64(toc.postingsTable);
  out.crc32c(start);
}

/** Reads the table of contents, which begins at `offset` and ends the file. */
export function readToc(bytes: Uint8Array, file: string, offset: number): TableOfContents {
  const whole = new ByteReader(bytes, file, offset);
  whole.skip(TOC_BYTES - CHECKSUM_BYTES);
  whole.crc32c(0);
  whole.check();
  const reader = new ByteReader(bytes, file, offset);
  const toc: TableOfContents = {
    symbols: reader.uint64(),
    series: reader.uint64(),
    labelIndices: reader.uint64(),
    labelIndicesTable: reader.uint64(),
    postings: reader.uint64(),
    postingsTable: reader.uint64(),
  };
  for (const [name, at] of Object.entries(toc)) {
    if (at > offset) reader.fail('bad_value', `section ${name} lies at ${at}, beyond the table of contents`);
  }
  reader.check();
  return toc;
}

/** Reads the length of a section, and so where its content lies in a file that ends (but for checksums) at `end`. */
export function readSectionLength(bytes: Uint8Array, place: { file: string; offset: number; end: number }): ByteRange {
  const reader = new ByteReader(bytes, place.file, place.offset);
  const length = reader.uint32();
  const offset = reader.offset;
  if (offset + length + CHECKSUM_BYTES > place.end)
    reader.fail('truncated', `section of ${length} bytes ends beyond ${place.end}`);
  reader.check();
  return { offset, end: offset + length };
}
