import type { FileSystem, OpenFile } from '../file/file-system.ts';
import { nodeFileSystem } from '../file/node-file-system.ts';
import { withTypedErrors } from './disk-errors.ts';
import { decodeRecord } from './records/decode-record.ts';
import type { WalRecord } from './records/wal-record.ts';
import { WalSamples } from './records/wal-samples.ts';
import type { WalPosition } from './segment-format.ts';
import { SegmentScanner } from './segment-scanner.ts';
import { isLogDirectory, listSegments, segmentPath } from './segments.ts';
import { unfinishedSegment } from './torn-tail.ts';
import { WalError } from './wal-error.ts';

export interface WalCursorOptions {
  /** A `position` of an earlier cursor; the start of the first segment if absent. */
  readonly from?: WalPosition;
  /**
   * How far the log may be read, asked anew each time. To follow a log that this process writes, `() => wal.end`: what
   * lies beyond may still be taken back. A log of another process is read as far as its records are whole.
   */
  readonly limit?: () => WalPosition;
  readonly fileSystem?: FileSystem;
}

export interface WalCursorEntry {
  readonly record: WalRecord;
  /** Where the record starts. */
  readonly position: WalPosition;
}

/** A record is one entry, so that a position is enough to go on from. */
const WHOLE = { samples: Number.POSITIVE_INFINITY, entries: Number.POSITIVE_INFINITY };

interface OpenSegment {
  readonly file: OpenFile;
  readonly scanner: SegmentScanner;
  readonly segment: number;
}

/**
 * Follows a log while it is written. It reads segments only: what a checkpoint holds is for `readWal`. One call of
 * `next` at a time.
 */
export class WalCursor {
  readonly #directory: string;
  readonly #fileSystem: FileSystem;
  readonly #limit: (() => WalPosition) | undefined;
  readonly #samples = new WalSamples();
  #position: WalPosition | undefined;
  #open: OpenSegment | undefined;

  constructor(directory: string, options: WalCursorOptions = {}) {
    this.#directory = directory;
    this.#fileSystem = withTypedErrors(options.fileSystem ?? nodeFileSystem);
    this.#limit = options.limit;
    this.#position = options.from;
  }

  /** Behind the last record that `next` returned: where another cursor goes on. Undefined before anything was read. */
  get position(): WalPosition | undefined {
    return this.#position;
  }

  /**
   * The next record, or undefined when there is none yet. Its samples are valid until the next call. Throws
   * `missing_segment` when the log was truncated past the position, and a CorruptionError at damage.
   */
  async next(): Promise<WalCursorEntry | undefined> {
    for (;;) {
      const current = this.#open ?? (await this.#openSegment());
      if (current === undefined) return undefined;
      const { scanner, segment } = current;
      const raw = scanner.take();
      if (raw !== undefined) {
        const source = { bytes: raw.bytes, file: segmentPath(this.#directory, segment), offset: raw.offset };
        const [record] = decodeRecord(source, this.#samples, WHOLE);
        this.#position = { segment, offset: scanner.offset };
        return { record, position: { segment, offset: raw.offset } };
      }
      if (await scanner.fill(this.#limitIn(segment))) continue;
      if (!(await this.#isFinished(segment))) return undefined;
      // More may have been written between the last read and the start of the next segment.
      if (!(await scanner.fill())) await this.#leaveSegment();
    }
  }

  async close(): Promise<void> {
    const file = this.#open?.file;
    this.#open = undefined;
    await file?.close();
  }

  async #openSegment(): Promise<OpenSegment | undefined> {
    if (!(await isLogDirectory(this.#fileSystem, this.#directory))) return undefined;
    const segments = await listSegments(this.#fileSystem, this.#directory);
    if (segments.length === 0) return undefined;
    this.#position ??= { segment: segments[0], offset: 0 };
    const { segment, offset } = this.#position;
    if (segment < segments[0]) {
      const reason = `segment ${segment} was deleted; the log starts with ${segments[0]}`;
      throw new WalError({ code: 'missing_segment', file: this.#directory, reason });
    }
    if (!segments.includes(segment)) return undefined;
    const path = segmentPath(this.#directory, segment);
    const file = await this.#fileSystem.open(path, 'read');
    this.#open = { file, scanner: new SegmentScanner(file, path, offset), segment };
    return this.#open;
  }

  #limitIn(segment: number): number {
    const limit = this.#limit?.();
    if (limit === undefined || limit.segment > segment) return Number.POSITIVE_INFINITY;
    return limit.segment === segment ? limit.offset : 0;
  }

  async #isFinished(segment: number): Promise<boolean> {
    if (this.#limit !== undefined) return this.#limit().segment > segment;
    const last = (await listSegments(this.#fileSystem, this.#directory)).at(-1);
    return last !== undefined && last > segment;
  }

  async #leaveSegment(): Promise<void> {
    const { scanner, segment } = this.#open!;
    const unfinished = scanner.finish();
    if (unfinished !== undefined) {
      throw unfinishedSegment({ file: segmentPath(this.#directory, segment), ...unfinished });
    }
    await this.close();
    this.#position = { segment: segment + 1, offset: 0 };
  }
}
