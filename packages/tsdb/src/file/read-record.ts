import { ByteReader } from '../encoding/byte-reader.ts';
import type { PagedFile } from './page-cache.ts';

export interface RecordForm {
  /** Bytes from which the length of a record can be told. */
  readonly prefixBytes: number;
  /** Reads the length of a whole record from its first bytes. Failures are the reader's. */
  readonly length: (prefix: ByteReader) => number;
}

/**
 * A reader that stands at the record at `offset` and holds all of it, checked to lie within the file. Rejects with a
 * `CorruptionError` where there can be no record. Comes at once when the record is in memory.
 */
export async function readRecord(file: PagedFile, offset: number, form: RecordForm): Promise<ByteReader> {
  return tryRecord(file, offset, form) ?? (await readPieces(file, offset, form));
}

/** The same if the record is in memory. Throws where the other rejects. */
export function tryRecord(file: PagedFile, offset: number, form: RecordForm): ByteReader | undefined {
  return tryInPage(file, offset, form) ?? tryPieces(file, offset, form);
}

/** The whole record in one page: no bytes are copied, no views made. */
function tryInPage(file: PagedFile, offset: number, form: RecordForm): ByteReader | undefined {
  const page = file.tryPage(offset);
  if (page === undefined) return undefined;
  const start = offset - page.offset;
  if (start + form.prefixBytes > page.bytes.length) return undefined;
  const reader = new ByteReader(page.bytes, file.name, page.offset);
  reader.seek(start);
  const length = form.length(reader);
  reader.check();
  if (start + length > page.bytes.length) return undefined;
  reader.seek(start);
  return reader;
}

function tryPieces(file: PagedFile, offset: number, form: RecordForm): ByteReader | undefined {
  const prefix = file.tryView(offset, prefixLength(file, offset, form));
  const bytes = prefix && file.tryView(offset, lengthFrom(prefix, { file, offset, form }));
  return bytes && new ByteReader(bytes, file.name, offset);
}

async function readPieces(file: PagedFile, offset: number, form: RecordForm): Promise<ByteReader> {
  const prefix = await file.view(offset, prefixLength(file, offset, form));
  return new ByteReader(await file.view(offset, lengthFrom(prefix, { file, offset, form })), file.name, offset);
}

function prefixLength(file: PagedFile, offset: number, { prefixBytes }: RecordForm): number {
  return Math.min(prefixBytes, Math.max(file.size - offset, 1));
}

interface RecordPlace {
  readonly file: PagedFile;
  readonly offset: number;
  readonly form: RecordForm;
}

function lengthFrom(prefix: Uint8Array, { file, offset, form }: RecordPlace): number {
  const reader = new ByteReader(prefix, file.name, offset);
  const length = form.length(reader);
  reader.check();
  return length;
}
