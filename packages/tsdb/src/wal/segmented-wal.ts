import type { FileSystem } from '../file/file-system.ts';
import type { Pace } from '../file/pace.ts';
import { compressRecord, type StoredRecord, type WalCompression } from './compression.ts';
import type { WalPosition } from './segment-format.ts';
import { SegmentWriter } from './segment-writer.ts';
import type { Wal } from './wal.ts';
import { WalError } from './wal-error.ts';

/** Commits that wait are written together until a write has this many bytes. */
const GROUP_BYTES = 1024 * 1024;

export interface SegmentedWalParts {
  readonly directory: string;
  readonly fileSystem: FileSystem;
  readonly segmentSize: number;
  readonly compression: WalCompression;
  readonly maxWaitingBytes: number;
  readonly pace: Pace;
  readonly warn: (message: string) => void;
}

interface Commit {
  readonly records: readonly Uint8Array[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** The log over numbered segments. Everything that touches the current one runs in `#serially`, one after another. */
export class SegmentedWal implements Wal {
  readonly #parts: SegmentedWalParts;
  #current: SegmentWriter;
  #waiting: Commit[] = [];
  #waitingBytes = 0;
  #tail: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;
  /** Full segments that are being synced and closed, and the first failure of one that nobody was told of. */
  readonly #finishing = new Set<Promise<void>>();
  #finishFailure: Error | undefined;

  constructor(first: SegmentWriter, parts: SegmentedWalParts) {
    this.#current = first;
    this.#parts = parts;
  }

  get directory(): string {
    return this.#parts.directory;
  }

  get end(): WalPosition {
    return { segment: this.#current.segment, offset: this.#current.length };
  }

  log(records: readonly Uint8Array[]): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(this.#closedError());
    const bytes = records.reduce((sum, record) => sum + record.length, 0);
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > this.#parts.maxWaitingBytes) {
      const reason = `${this.#waitingBytes} bytes of commits wait for the disk already`;
      return Promise.reject(new WalError({ code: 'busy', file: this.directory, reason }));
    }
    this.#waitingBytes += bytes;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, bytes, resolve, reject });
      if (this.#waiting.length === 1) void this.#serially(() => this.#flush());
    });
  }

  nextSegment(): Promise<number> {
    if (this.#closing !== undefined) return Promise.reject(this.#closedError());
    return this.#serially(async () => {
      await this.#startSegment();
      return this.#current.segment;
    });
  }

  /** Only its start takes its turn: commits go on while the disk works. */
  async sync(): Promise<void> {
    if (this.#closing !== undefined) throw this.#closedError();
    const current = await this.#serially(async () => ({ synced: this.#current.sync() }));
    await Promise.all([current.synced, this.#finishOlder()]);
  }

  close(): Promise<void> {
    this.#closing ??= this.#serially(async () => {
      try {
        await this.#current.pad();
        await this.#current.sync();
        await this.#finishOlder();
      } finally {
        await this.#current.close();
      }
    });
    return this.#closing;
  }

  #serially<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(task);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Writes the commits that wait now, and settles each. Never rejects. */
  async #flush(): Promise<void> {
    const commits = this.#waiting;
    this.#waiting = [];
    for (const group of groupsOf(commits)) {
      try {
        await this.#write(await this.#stored(group));
        for (const commit of group) commit.resolve();
      } catch (error) {
        for (const commit of group) commit.reject(error);
      }
      for (const commit of group) this.#waitingBytes -= commit.bytes;
    }
  }

  async #stored(commits: readonly Commit[]): Promise<StoredRecord[]> {
    const stored: StoredRecord[] = [];
    for (const { records } of commits) {
      for (const record of records) {
        stored.push(compressRecord(record, this.#parts.compression));
        const rest = this.#parts.pace();
        if (rest !== undefined) await rest;
      }
    }
    return stored;
  }

  async #write(records: readonly StoredRecord[]): Promise<void> {
    if (this.#fits(records)) return this.#current.append(records);
    if (this.#current.length > 0) await this.#startSegment();
    if (this.#fits(records)) return this.#current.append(records);
    for (const record of records) {
      if (!this.#fits([record]) && this.#current.length > 0) await this.#startSegment();
      await this.#current.append([record]);
    }
  }

  #fits(records: readonly StoredRecord[]): boolean {
    return this.#current.lengthWith(records) <= this.#parts.segmentSize;
  }

  async #startSegment(): Promise<void> {
    const previous = this.#current;
    const next = await SegmentWriter.create(this.#parts.fileSystem, this.directory, previous.segment + 1);
    try {
      await previous.pad();
    } catch (error) {
      await next.close();
      throw error;
    }
    this.#current = next;
    const finished = this.#finish(previous).finally(() => this.#finishing.delete(finished));
    this.#finishing.add(finished);
  }

  /** Never rejects: a failure is kept for the next `sync` or `close`. */
  async #finish(segment: SegmentWriter): Promise<void> {
    try {
      try {
        await segment.sync();
      } finally {
        await segment.close();
      }
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      this.#finishFailure ??= failure;
      this.#parts.warn(`${failure.message}; a loss of power may take what it holds`);
    }
  }

  async #finishOlder(): Promise<void> {
    await Promise.all(this.#finishing);
    const failure = this.#finishFailure;
    this.#finishFailure = undefined;
    if (failure !== undefined) throw failure;
  }

  #closedError(): WalError {
    return new WalError({ code: 'closed', file: this.directory, reason: 'the log was closed' });
  }
}

function groupsOf(commits: readonly Commit[]): Commit[][] {
  const groups: Commit[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const commit of commits) {
    bytes += commit.bytes;
    if (bytes <= GROUP_BYTES) {
      groups.at(-1)?.push(commit);
      continue;
    }
    groups.push([commit]);
    bytes = commit.bytes;
  }
  return groups;
}
