import type { Pace } from '../file/pace.ts';
import { createPace } from './node-pace.ts';
import { type RawWalEntry, RawWalReader, type ReadWalOptions } from './read-raw-wal.ts';
import { decodeRecord } from './records/decode-record.ts';
import type { WalRecord } from './records/wal-record.ts';
import { WalSamples } from './records/wal-samples.ts';
import type { WalPosition } from './segment-format.ts';
import type { TornTail } from './torn-tail.ts';

export interface WalEntry {
  readonly record: WalRecord;
  /** Where the record starts: in a segment of the checkpoint if `inCheckpoint`, else of the log. */
  readonly position: WalPosition;
  readonly inCheckpoint: boolean;
}

/** What a reader noticed and went past. */
export interface WalReport {
  /** Records that Hearth does not store, by kind. */
  readonly unsupported: ReadonlyMap<string, number>;
  /** The record at the end of the log that was not written whole; the next open cuts it off. */
  readonly tornTail: TornTail | undefined;
}

/** A log that is being read. It can be iterated once. The samples of an entry are valid until the next one is asked for. */
export interface WalReading extends AsyncIterable<WalEntry> {
  /** Complete once the iteration has ended, by an error or not. */
  readonly report: WalReport;
}

/**
 * Reads the last checkpoint and the segments after it, in the order they were written, with memory for one record and
 * some pages. Where there is no log yet, there is nothing to read. The event loop gets its turn after every slice of
 * `pace`, the consumer's time included.
 *
 * Iterating throws a CorruptionError at the first damage; everything before it has been handed out.
 */
export function readWal(directory: string, options: ReadWalOptions = {}): WalReading {
  // Each record is at least one entry, and there is a rest after each of those.
  const raw = new RawWalReader(directory, { ...options, pace: () => undefined });
  return new WalReader(raw, options.pace ?? createPace());
}

class WalReader implements WalReading {
  readonly #raw: RawWalReader;
  readonly #pace: Pace;
  readonly #decoder = new EntryDecoder();

  constructor(raw: RawWalReader, pace: Pace) {
    this.#raw = raw;
    this.#pace = pace;
  }

  get report(): WalReport {
    return { unsupported: this.#decoder.unsupported, tornTail: this.#raw.tornTail };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WalEntry, void, void> {
    for await (const raw of this.#raw) {
      for (const entry of this.#decoder.decode(raw)) {
        yield entry;
        const rest = this.#pace();
        if (rest !== undefined) await rest;
      }
    }
  }
}

/** Makes entries of records, and counts those that are not stored. */
export class EntryDecoder {
  readonly unsupported = new Map<string, number>();
  readonly #columns = new WalSamples();

  /** A record of many entries comes in parts. */
  *decode({ bytes, file, position, inCheckpoint }: RawWalEntry): Generator<WalEntry, void, void> {
    for (const record of decodeRecord({ bytes, file, offset: position.offset }, this.#columns)) {
      if (record.kind === 'unsupported') {
        this.unsupported.set(record.name, (this.unsupported.get(record.name) ?? 0) + 1);
      }
      yield { record, position, inCheckpoint };
    }
  }
}
