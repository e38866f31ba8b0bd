import type { JsonWriter } from './json-writer.ts';
import type { PointTexts } from './point-texts.ts';
import { MAX_NUMBER_BYTES, writeJsonFloat } from './write-number.ts';

/** Points between two looks at whether the writer is full. */
const BATCH = 512;

/** `[-9223372036854775.807,"`, a number, `"],`. */
const MAX_POINT_BYTES = 32 + MAX_NUMBER_BYTES + 3;

/** `[1435781451.781,"1"],…`, the points of a series with a comma between each two. */
export function* writePoints(
  writer: JsonWriter,
  { timestamps, values }: { readonly timestamps: Float64Array; readonly values: Float64Array },
  texts: PointTexts,
): Iterable<void> {
  for (let from = 0; from < values.length; from += BATCH) {
    const to = Math.min(values.length, from + BATCH);
    texts.prepare(timestamps, from, to);
    writer.reserve((to - from) * MAX_POINT_BYTES);
    const end = writeBatch(writer.bytes, writer.length, { values, from, to, texts });
    writer.wroteTo(to === values.length ? end - 1 : end);
    if (writer.isFull) yield;
  }
}

interface Batch {
  readonly values: Float64Array;
  readonly from: number;
  readonly to: number;
  readonly texts: PointTexts;
}

/** Returns where the comma after the last point ends. A value that is the same as the one before is copied. */
function writeBatch(bytes: Buffer, start: number, { values, from, to, texts }: Batch): number {
  const { bytes: head, offsets, base } = texts;
  let at = start;
  let previous = Number.NaN;
  let previousStart = 0;
  let previousEnd = 0;
  for (let i = from; i < to; i++) {
    for (let j = offsets[i - base], end = offsets[i - base + 1]; j < end; j++) bytes[at++] = head[j];
    const value = values[i];
    const valueStart = at;
    if (value === previous && value !== 0) {
      for (let j = previousStart; j < previousEnd; j++) bytes[at++] = bytes[j];
    } else {
      at = writeJsonFloat(bytes, at, value);
    }
    previous = value;
    previousStart = valueStart;
    previousEnd = at;
    bytes[at++] = 0x22;
    bytes[at++] = 0x5d;
    bytes[at++] = 0x2c;
  }
  return at;
}
