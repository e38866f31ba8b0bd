import type { ByteWriter } from '../encoding/byte-writer.ts';
import { crc32c } from '../encoding/checksum.ts';
import type { StoredRecord } from './compression.ts';
import {
  FRAGMENT_FIRST,
  FRAGMENT_HEADER_SIZE,
  FRAGMENT_LAST,
  FRAGMENT_MIDDLE,
  FRAGMENT_WHOLE,
  pageEnd,
  SNAPPY_FLAG,
} from './segment-format.ts';

/**
 * Appends a record as it stands in a segment whose length is `offset`, and returns the segment's length after it.
 * `offset` must be where an earlier record ended, or 0.
 */
export function appendFragments(target: ByteWriter, record: StoredRecord, offset: number): number {
  const { bytes } = record;
  const flags = record.snappy ? SNAPPY_FLAG : 0;
  let at = offset;
  let taken = 0;
  do {
    const part = bytes.subarray(taken, taken + pageEnd(at) - at - FRAGMENT_HEADER_SIZE);
    const isFirst = taken === 0 && at === offset;
    taken += part.length;
    target.uint8(fragmentKind(isFirst, taken === bytes.length) | flags);
    target.uint16(part.length);
    target.uint32(crc32c(part));
    target.bytes(part);
    at += FRAGMENT_HEADER_SIZE + part.length;
    const padding = unusableBytes(at);
    target.zeros(padding);
    at += padding;
  } while (taken < bytes.length);
  return at;
}

/** What `appendFragments` would return for a record of `length` bytes. */
export function offsetAfter(length: number, offset: number): number {
  let at = offset;
  let left = length;
  do {
    const part = Math.min(left, pageEnd(at) - at - FRAGMENT_HEADER_SIZE);
    left -= part;
    at += FRAGMENT_HEADER_SIZE + part;
    at += unusableBytes(at);
  } while (left > 0);
  return at;
}

function fragmentKind(isFirst: boolean, isLast: boolean): number {
  if (isFirst) return isLast ? FRAGMENT_WHOLE : FRAGMENT_FIRST;
  return isLast ? FRAGMENT_LAST : FRAGMENT_MIDDLE;
}

/** Bytes left in the page when not even a fragment's header fits there. */
function unusableBytes(at: number): number {
  const left = pageEnd(at) - at;
  return left < FRAGMENT_HEADER_SIZE ? left : 0;
}
