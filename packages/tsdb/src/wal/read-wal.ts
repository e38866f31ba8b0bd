import type { Pace } from '../file/pace.ts';
import { withTypedErrors } from './disk-errors.ts';
import type { WalFileSystem } from './file-system.ts';
import { nodeFileSystem } from './node-file-system.ts';
import { createPace } from './node-pace.ts';
import { decodeRecord } from './records/decode-record.ts';
import type { WalRecord } from './records/wal-record.ts';
import { WalSamples } from './records/wal-samples.ts';
import type { WalPosition } from './segment-format.ts';
import { SegmentScanner } from './segment-scanner.ts';
import { isLogDirectory, lastCheckpoint, listSegments, segmentPath } from './segments.ts';
import { type TornTail, unfinishedSegment } from './torn-tail.ts';
import { WalError } from './wal-error.ts';

export interface WalEntry {
  readonly record: WalRecord;
  /** Where the record starts: in a segment of the checkpoint if `inCheckpoint`, else of the log. */
  readonly position: WalPosition;
  readonly inCheckpoint: boolean;
}

export interface ReadWalOptions {
  /** Leaves out the checkpoint, and the segments that it covers. */
  readonly skipCheckpoint?: boolean;
  /** The last segment to read. */
  readonly lastSegment?: number;
  readonly fileSystem?: WalFileSystem;
  readonly pace?: Pace;
}

/** What a reader noticed and went past. */
export interface WalReport {
  /** Records that Hearth does not store, by kind. */
  readonly unsupported: ReadonlyMap<string, number>;
  /** The record at the end of the log that was not written whole; the next open cuts it off. */
  readonly tornTail: TornTail | undefined;
}

/**
 * Reads the last checkpoint and the segments after it, in the order they were written, with memory for one record and
 * some pages. Where there is no log yet, there is nothing to read. The event loop gets its turn after every slice of
 * `pace`, the consumer's time included.
 *
 * Iterating throws a CorruptionError at the first damage; everything before it has been handed out. It can be iterated
 * once. The samples of an entry are valid until the next one is asked for.
 */
export function readWal(directory: string, options: ReadWalOptions = {}): WalReader {
  return new WalReader(directory, options);
}

interface Segment {
  readonly directory: string;
  readonly segment: number;
  readonly inCheckpoint: boolean;
}

export class WalReader implements AsyncIterable<WalEntry> {
  readonly #directory: string;
  readonly #options: ReadWalOptions;
  readonly #fileSystem: WalFileSystem;
  readonly #pace: Pace;
  readonly #columns = new WalSamples();
  readonly #unsupported = new Map<string, number>();
  #tornTail: TornTail | undefined;

  constructor(directory: string, options: ReadWalOptions) {
    this.#directory = directory;
    this.#options = options;
    this.#fileSystem = withTypedErrors(options.fileSystem ?? nodeFileSystem);
    this.#pace = options.pace ?? createPace();
  }

  /** Complete once the iteration has ended, by an error or not. */
  get report(): WalReport {
    return { unsupported: this.#unsupported, tornTail: this.#tornTail };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WalEntry, void, void> {
    for (const segment of await this.#segments()) yield* this.#readSegment(segment);
  }

  async #segments(): Promise<Segment[]> {
    const { lastSegment = Number.POSITIVE_INFINITY, skipCheckpoint = false } = this.#options;
    if (!(await isLogDirectory(this.#fileSystem, this.#directory))) return [];
    const checkpoint = await lastCheckpoint(this.#fileSystem, this.#directory);
    const all = await listSegments(this.#fileSystem, this.#directory);
    const first = checkpoint === undefined ? 0 : checkpoint.segment + 1;
    const own = all.filter((segment) => segment >= first && segment <= lastSegment);
    if (checkpoint !== undefined && own.length > 0 && own[0] !== first) {
      const reason = `segment ${first} is missing after the checkpoint`;
      throw new WalError({ code: 'missing_segment', file: this.#directory, reason });
    }
    const log = own.map((segment) => ({ directory: this.#directory, segment, inCheckpoint: false }));
    if (checkpoint === undefined || skipCheckpoint) return log;
    const { directory } = checkpoint;
    const inCheckpoint = await listSegments(this.#fileSystem, directory);
    return [...inCheckpoint.map((segment) => ({ directory, segment, inCheckpoint: true })), ...log];
  }

  async *#readSegment(from: Segment): AsyncGenerator<WalEntry, void, void> {
    const { segment, inCheckpoint } = from;
    const path = segmentPath(from.directory, segment);
    const file = await this.#fileSystem.open(path, 'read');
    try {
      const scanner = new SegmentScanner(file, path);
      do {
        for (let raw = scanner.take(); raw !== undefined; raw = scanner.take()) {
          const position = { segment, offset: raw.offset };
          for (const record of decodeRecord({ bytes: raw.bytes, file: path, offset: raw.offset }, this.#columns)) {
            if (record.kind === 'unsupported') this.#count(record.name);
            yield { record, position, inCheckpoint };
            const rest = this.#pace();
            if (rest !== undefined) await rest;
          }
        }
      } while (await scanner.fill());
      const unfinished = scanner.finish();
      if (unfinished !== undefined) await this.#judge(from, { file: path, ...unfinished });
    } finally {
      await file.close();
    }
  }

  #count(name: string): void {
    this.#unsupported.set(name, (this.#unsupported.get(name) ?? 0) + 1);
  }

  /** An unfinished record is the trace of a crash at the end of the log, and damage anywhere else. */
  async #judge(from: Segment, tear: TornTail): Promise<void> {
    if (from.inCheckpoint || (await this.#hasContentAfter(from.segment))) throw unfinishedSegment(tear);
    this.#tornTail = tear;
  }

  async #hasContentAfter(segment: number): Promise<boolean> {
    for (const later of await listSegments(this.#fileSystem, this.#directory)) {
      if (later <= segment) continue;
      const file = await this.#fileSystem.open(segmentPath(this.#directory, later), 'read');
      try {
        if ((await file.size()) > 0) return true;
      } finally {
        await file.close();
      }
    }
    return false;
  }
}
