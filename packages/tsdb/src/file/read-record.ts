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
 * `CorruptionError` where there can be no record. Comes at once when the record lies in a page that is in memory.
 */
export async function readRecord(file: PagedFile, offset: number, form: RecordForm): Promise<ByteReader> {
  return tryInPage(file, offset, form) ?? (await readPieces(file, offset, form));
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

async function readPieces(file: PagedFile, offset: number, { prefixBytes, length }: RecordForm): Promise<ByteReader> {
  const available = Math.min(prefixBytes, Math.max(file.size - offset, 1));
  const prefix = new ByteReader(await file.view(offset, available), file.name, offset);
  const needed = length(prefix);
  prefix.check();
  return new ByteReader(await file.view(offset, needed), file.name, offset);
}
