import { crc32c } from '../encoding/checksum.ts';
import { type CorruptionCode, CorruptionError } from '../encoding/corruption-error.ts';
import type { OpenFile } from '../file/file-system.ts';
import { uncompressRecord } from './compression.ts';
import {
  FRAGMENT_FIRST,
  FRAGMENT_HEADER_SIZE,
  FRAGMENT_LAST,
  FRAGMENT_MIDDLE,
  FRAGMENT_NONE,
  FRAGMENT_WHOLE,
  KIND_MASK,
  MAX_RECORD_BYTES,
  PAGE_SIZE,
  pageEnd,
  RESERVED_MASK,
  SNAPPY_FLAG,
  ZSTD_FLAG,
} from './segment-format.ts';
import { WalError } from './wal-error.ts';

/** Bytes read at once: few enough that a turn of the event loop comes soon, many enough that calls cost little. */
const BUFFER_SIZE = 8 * PAGE_SIZE;

/** First bytes of every zstd frame (RFC 8878, section 3.1.1, little-endian 0xfd2fb528). */
const ZSTD_MAGIC = Buffer.of(0x28, 0xb5, 0x2f, 0xfd);

const ZERO_PAGE = Buffer.alloc(PAGE_SIZE);

export interface RawRecord {
  /** Where in the segment the record starts. */
  readonly offset: number;
  /** Uncompressed; valid until the next call of the scanner. */
  readonly bytes: Uint8Array;
}

/** The start of a record whose end is not there. */
export interface UnfinishedRecord {
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Takes the records out of one segment, which may be growing. It holds some 256 KiB of the file and the record in hand.
 *
 *     for (;;) {
 *       const record = scanner.take();
 *       if (record !== undefined) use(record);
 *       else if (!(await scanner.fill())) break; // the end of the file, for now
 *     }
 *
 * `take` throws a CorruptionError whose offset is where the damaged record starts, so everything before it is sound.
 * After that the scanner is of no more use. Like Prometheus' reader it accepts a fragment that runs over the end of a
 * page, which some of its older versions wrote.
 */
export class SegmentScanner {
  readonly #file: OpenFile;
  readonly #path: string;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_SIZE);
  /** Bytes in the buffer, the next one to look at, and where in the file the buffer starts. */
  #filled = 0;
  #at = 0;
  #bufferOffset: number;
  /** The record in hand: where it started, its fragments but the last, and the flags that they share. */
  #recordOffset: number;
  #fragments: Buffer[] = [];
  #fragmentBytes = 0;
  #flags = 0;

  /** `offset` is where a record starts. */
  constructor(file: OpenFile, path: string, offset = 0) {
    this.#file = file;
    this.#path = path;
    this.#bufferOffset = offset;
    this.#recordOffset = offset;
  }

  /** Where the record starts that `take` returns next, or the zeros that end a page. */
  get offset(): number {
    return this.#recordOffset;
  }

  /** The next record, or undefined when the bytes read so far do not hold all of it. */
  take(): RawRecord | undefined {
    for (;;) {
      const left = this.#filled - this.#at;
      if (left === 0) return undefined;
      const head = this.#buffer[this.#at];
      if ((head & KIND_MASK) === FRAGMENT_NONE) {
        if (!this.#takePadding()) return undefined;
        continue;
      }
      if (left < FRAGMENT_HEADER_SIZE) return undefined;
      const length = this.#buffer.readUInt16BE(this.#at + 1);
      if (length > PAGE_SIZE - FRAGMENT_HEADER_SIZE) this.#fail('bad_value', `fragment of ${length} bytes`);
      if (left < FRAGMENT_HEADER_SIZE + length) return undefined;
      const record = this.#takeFragment(head, length);
      if (record !== undefined) return record;
    }
  }

  /** Reads on, at most up to byte `limit` of the file; false when there was nothing more. */
  async fill(limit = Number.POSITIVE_INFINITY): Promise<boolean> {
    this.#buffer.copyWithin(0, this.#at, this.#filled);
    this.#filled -= this.#at;
    this.#bufferOffset += this.#at;
    this.#at = 0;
    const end = this.#bufferOffset + this.#filled;
    const room = Math.min(BUFFER_SIZE - this.#filled, limit - end);
    if (room <= 0) return false;
    const count = await this.#file.read(this.#buffer.subarray(this.#filled, this.#filled + room), end);
    this.#filled += count;
    return count > 0;
  }

  /**
   * To be called when there is nothing more to read: the unfinished record at the end of the file, if there is one. A
   * short page of zeros is none. Throws a CorruptionError when fragments follow that are sound, for then it is the
   * length of one in front of them that is damaged, and no write was cut short.
   */
  finish(): UnfinishedRecord | undefined {
    const rest = this.#buffer.subarray(this.#at, this.#filled);
    if (this.#fragments.length === 0 && isZero(rest)) return undefined;
    if (hasSoundFragment(rest.subarray(1))) {
      this.#fail('bad_value', 'a fragment reaches beyond the end of the file, and others follow it');
    }
    return { offset: this.#recordOffset, bytes: this.#bufferOffset + this.#filled - this.#recordOffset };
  }

  #takePadding(): boolean {
    const offset = this.#bufferOffset + this.#at;
    const end = this.#at + pageEnd(offset) - offset;
    if (end > this.#filled) return false;
    if (!isZero(this.#buffer.subarray(this.#at, end))) {
      this.#fail('bad_value', `bytes other than zero fill the page from byte ${offset} on`);
    }
    this.#at = end;
    if (this.#fragments.length === 0) this.#recordOffset = this.#bufferOffset + end;
    return true;
  }

  #takeFragment(head: number, length: number): RawRecord | undefined {
    const start = this.#at + FRAGMENT_HEADER_SIZE;
    const data = this.#buffer.subarray(start, start + length);
    const stored = this.#buffer.readUInt32BE(this.#at + 3);
    const computed = crc32c(data);
    if (computed !== stored) {
      this.#fail('bad_checksum', `checksum 0x${stored.toString(16)} stored, 0x${computed.toString(16)} computed`);
    }
    this.#checkSequence(head);
    this.#at = start + length;
    const kind = head & KIND_MASK;
    if (kind === FRAGMENT_FIRST || kind === FRAGMENT_MIDDLE) {
      this.#keep(data);
      return undefined;
    }
    const offset = this.#recordOffset;
    const whole = kind === FRAGMENT_WHOLE ? data : Buffer.concat([...this.#fragments, data]);
    const bytes = this.#uncompressed(whole, head);
    this.#fragments = [];
    this.#fragmentBytes = 0;
    this.#recordOffset = this.#bufferOffset + this.#at;
    return { offset, bytes };
  }

  #keep(data: Buffer): void {
    this.#fragmentBytes += data.length;
    if (this.#fragmentBytes > MAX_RECORD_BYTES) {
      this.#fail('bad_value', `record of more than ${MAX_RECORD_BYTES} bytes`);
    }
    this.#fragments.push(Buffer.from(data));
  }

  #checkSequence(head: number): void {
    const kind = head & KIND_MASK;
    const inRecord = this.#fragments.length > 0;
    if (kind > FRAGMENT_LAST) this.#fail('bad_value', `fragment of unknown kind ${kind}`);
    if (inRecord !== (kind === FRAGMENT_MIDDLE || kind === FRAGMENT_LAST)) {
      this.#fail('bad_value', `fragment of kind ${kind} ${inRecord ? 'within a record' : 'without a first one'}`);
    }
    const flags = head & ~KIND_MASK;
    if (flags & RESERVED_MASK || flags === (SNAPPY_FLAG | ZSTD_FLAG) || (inRecord && flags !== this.#flags)) {
      this.#fail('bad_value', `impossible flags 0x${flags.toString(16)} of a fragment`);
    }
    this.#flags = flags;
  }

  #uncompressed(bytes: Buffer, head: number): Uint8Array {
    if (head & SNAPPY_FLAG) return uncompressRecord(bytes, this.#path, this.#recordOffset);
    if (head & ZSTD_FLAG) this.#refuseZstd(bytes);
    return bytes;
  }

  /** Flags are outside the checksum, so the data must say that it is zstd as well. */
  #refuseZstd(bytes: Buffer): never {
    if (!bytes.subarray(0, ZSTD_MAGIC.length).equals(ZSTD_MAGIC)) {
      this.#fail('bad_value', 'the record is marked as zstd and is none');
    }
    throw new WalError({
      code: 'unsupported_compression',
      file: this.#path,
      reason:
        `the record at byte ${this.#recordOffset} is compressed with zstd, which Hearth does not read; let Prometheus ` +
        'rewrite the log with --storage.tsdb.wal-compression-type=snappy',
    });
  }

  #fail(code: CorruptionCode, reason: string): never {
    throw new CorruptionError({ code, file: this.#path, offset: this.#recordOffset, reason });
  }
}

/** For up to a page; longer is not zero in this sense. */
function isZero(bytes: Buffer): boolean {
  return bytes.equals(ZERO_PAGE.subarray(0, bytes.length));
}

/** Whether a fragment with the right checksum starts anywhere in `bytes`. */
function hasSoundFragment(bytes: Buffer): boolean {
  for (let at = 0; at + FRAGMENT_HEADER_SIZE < bytes.length; at++) {
    const kind = bytes[at] & KIND_MASK;
    if (kind === FRAGMENT_NONE || kind > FRAGMENT_LAST || bytes[at] & RESERVED_MASK) continue;
    const length = bytes.readUInt16BE(at + 1);
    const start = at + FRAGMENT_HEADER_SIZE;
    if (length === 0 || start + length > bytes.length) continue;
    if (crc32c(bytes.subarray(start, start + length)) === bytes.readUInt32BE(at + 3)) return true;
  }
  return false;
}
