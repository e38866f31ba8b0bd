import { ByteWriter } from '../encoding/byte-writer.ts';
import type { FileSystem, OpenFile } from '../file/file-system.ts';
import type { StoredRecord } from './compression.ts';
import { appendFragments, offsetAfter } from './fragments.ts';
import { PAGE_SIZE, pageEnd } from './segment-format.ts';
import { segmentPath } from './segments.ts';
import { WalError } from './wal-error.ts';

/**
 * Writes one segment. Calls must not overlap.
 *
 * Prometheus keeps the page it is filling in memory; when a write fails half-way there, half a record stays in that
 * page and everything written later is out of a reader's reach. Here a write either becomes part of the segment or the
 * file is cut back to where it was. If even that fails, nothing more is written until the cut has succeeded.
 */
export class SegmentWriter {
  readonly segment: number;
  readonly path: string;
  readonly #file: OpenFile;
  #length = 0;
  #isTorn = false;

  private constructor(segment: number, path: string, file: OpenFile) {
    this.segment = segment;
    this.path = path;
    this.#file = file;
  }

  /** Creates the segment, or takes over one that is empty. */
  static async create(fileSystem: FileSystem, directory: string, segment: number): Promise<SegmentWriter> {
    const path = segmentPath(directory, segment);
    const file = await fileSystem.open(path, 'create');
    try {
      const size = await file.size();
      if (size > 0) {
        const reason = `holds ${size} bytes already: another program writes this log`;
        throw new WalError({ code: 'conflict', file: path, reason });
      }
      await fileSystem.syncDirectory(directory);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new SegmentWriter(segment, path, file);
  }

  /** Bytes that are whole records; what the file holds beyond is worth nothing. */
  get length(): number {
    return this.#length;
  }

  /** The segment's length once `records` were appended. */
  lengthWith(records: readonly StoredRecord[]): number {
    return records.reduce((length, record) => offsetAfter(record.bytes.length, length), this.#length);
  }

  /** Hands all records to the operating system in one write, or none of them. */
  async append(records: readonly StoredRecord[]): Promise<void> {
    await this.#cutBack();
    const end = this.lengthWith(records);
    const framed = new ByteWriter(end - this.#length);
    let offset = this.#length;
    for (const record of records) offset = appendFragments(framed, record, offset);
    try {
      await this.#write(framed.view());
    } catch (error) {
      this.#isTorn = true;
      await this.#tryCutBack();
      throw error;
    }
    this.#length = end;
  }

  /** Extends the last page to its full size, as a segment must have it once another one follows. */
  async pad(): Promise<void> {
    await this.#cutBack();
    if (this.#length % PAGE_SIZE === 0) return;
    const length = pageEnd(this.#length);
    await this.#file.truncate(length);
    this.#length = length;
  }

  async sync(): Promise<void> {
    await this.#file.sync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const count = await this.#file.write(bytes.subarray(done), this.#length + done);
      if (count === 0) {
        throw new WalError({
          code: 'io_error',
          file: this.path,
          reason: `no byte was written at ${this.#length + done}`,
        });
      }
      done += count;
    }
  }

  async #cutBack(): Promise<void> {
    if (!this.#isTorn) return;
    await this.#file.truncate(this.#length);
    this.#isTorn = false;
  }

  /** After a failed write, whose error is the one to report. If the cut fails too, the next call tries it first. */
  async #tryCutBack(): Promise<void> {
    try {
      await this.#cutBack();
    } catch {
      this.#isTorn = true;
    }
  }
}
