import type { FileSystem } from '../file/file-system.ts';
import { nodeFileSystem } from '../file/node-file-system.ts';
import type { Pace } from '../file/pace.ts';
import { withTypedErrors } from './disk-errors.ts';
import { createPace } from './node-pace.ts';
import type { WalPosition } from './segment-format.ts';
import { SegmentScanner } from './segment-scanner.ts';
import { isLogDirectory, lastCheckpoint, listSegments, segmentPath } from './segments.ts';
import { type TornTail, unfinishedSegment } from './torn-tail.ts';
import { WalError } from './wal-error.ts';

export interface ReadWalOptions {
  /** Leaves out the checkpoint, and the segments that it covers. */
  readonly skipCheckpoint?: boolean;
  /** The last segment to read. */
  readonly lastSegment?: number;
  readonly fileSystem?: FileSystem;
  readonly pace?: Pace;
}

/** A record that is not decoded; its bytes are valid until the next one is asked for. */
export interface RawWalEntry {
  readonly bytes: Uint8Array;
  /** The segment, for messages. */
  readonly file: string;
  readonly position: WalPosition;
  readonly inCheckpoint: boolean;
}

interface Segment {
  readonly directory: string;
  readonly segment: number;
  readonly inCheckpoint: boolean;
}

/** The records of a log as they are stored: see `readWal`, which decodes them. */
export class RawWalReader implements AsyncIterable<RawWalEntry> {
  readonly #directory: string;
  readonly #options: ReadWalOptions;
  readonly #fileSystem: FileSystem;
  readonly #pace: Pace;
  #tornTail: TornTail | undefined;

  constructor(directory: string, options: ReadWalOptions = {}) {
    this.#directory = directory;
    this.#options = options;
    this.#fileSystem = withTypedErrors(options.fileSystem ?? nodeFileSystem);
    this.#pace = options.pace ?? createPace();
  }

  /** Known once the iteration has ended. */
  get tornTail(): TornTail | undefined {
    return this.#tornTail;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RawWalEntry, void, void> {
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

  async *#readSegment(from: Segment): AsyncGenerator<RawWalEntry, void, void> {
    const { segment, inCheckpoint } = from;
    const path = segmentPath(from.directory, segment);
    const file = await this.#fileSystem.open(path, 'read');
    try {
      const scanner = new SegmentScanner(file, path);
      do {
        for (let raw = scanner.take(); raw !== undefined; raw = scanner.take()) {
          const position = { segment, offset: raw.offset };
          yield { bytes: raw.bytes, file: path, position, inCheckpoint };
          const rest = this.#pace();
          if (rest !== undefined) await rest;
        }
      } while (await scanner.fill());
      const unfinished = scanner.finish();
      if (unfinished !== undefined) await this.#judge(from, { file: path, ...unfinished });
    } finally {
      await file.close();
    }
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
