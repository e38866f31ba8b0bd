import type { Labels } from '@hearth/model';
import type { ByteReader } from '../../encoding/byte-reader.ts';
import { ByteWriter } from '../../encoding/byte-writer.ts';
import { appendLabels, readLabels } from './labels-codec.ts';
import { EXEMPLARS, SAMPLES, SAMPLES_PER_STEP, START_TIME_NONE, START_TIME_SAME } from './record-format.ts';
import type { ExemplarColumns } from './wal-record.ts';
import { WalSamples } from './wal-samples.ts';

/** Two varints and a float. */
const MIN_SAMPLE_BYTES = 10;

/** Bytes of a sample whose reference and time are near those of the first; more are found as they are needed. */
const TYPICAL_SAMPLE_BYTES = 12;

export function encodeSamples(samples: WalSamples): Uint8Array[] {
  return [...sampleRecords(samples)];
}

/** The same one by one, for a caller who rests between them. */
export function sampleRecords(samples: WalSamples): Generator<Uint8Array, void, void> {
  return columnRecords(SAMPLES, samples, () => {});
}

export function encodeExemplars({ columns, labels }: ExemplarColumns): Uint8Array[] {
  return [...columnRecords(EXEMPLARS, columns, (target, index) => appendLabels(target, labels[index]))];
}

function* columnRecords(
  type: number,
  columns: WalSamples,
  appendRest: (target: ByteWriter, index: number) => void,
): Generator<Uint8Array, void, void> {
  for (let from = 0; from < columns.length; from += SAMPLES_PER_STEP) {
    const to = Math.min(columns.length, from + SAMPLES_PER_STEP);
    const writer = new ByteWriter(32 + (to - from) * TYPICAL_SAMPLE_BYTES);
    const baseRef = columns.refs[from];
    const baseTime = columns.timestamps[from];
    writer.uint8(type);
    writer.uint64(baseRef);
    writer.int64(baseTime);
    for (let i = from; i < to; i++) {
      writer.varint(columns.refs[i] - baseRef);
      writer.varint(columns.timestamps[i] - baseTime);
      writer.words(columns.words[2 * i + 1], columns.words[2 * i]);
      appendRest(writer, i);
    }
    yield writer.view();
  }
}

/** Takes samples out of a record, of which the type byte has been read. */
export interface SampleReader {
  /** Replaces what `samples` holds by the next `limit` samples, or as many as there are. */
  readInto(samples: WalSamples, limit: number): void;
}

export function createSampleReader(source: ByteReader): SampleReader {
  const base = readBase(source);
  const { given } = source;
  const view = new DataView(given.buffer, given.byteOffset, given.length);
  return {
    readInto(samples, limit) {
      makeRoom(samples, source, limit);
      const { refs, timestamps, words } = samples;
      while (samples.length < limit && source.remaining > 0 && source.failure === undefined) {
        readUsual(samples, { source, view, base, limit });
        const count = samples.length;
        if (count === limit || source.remaining === 0) break;
        refs[count] = base.ref + source.varint();
        timestamps[count] = base.time + source.varint();
        source.wordsInto(words, count);
        checkSample(source, refs[count], timestamps[count]);
        samples.length++;
      }
    },
  };
}

interface Base {
  readonly ref: number;
  readonly time: number;
}

interface Usual {
  readonly source: ByteReader;
  /** Of all bytes of the source. */
  readonly view: DataView;
  readonly base: Base;
  readonly limit: number;
}

/** Varints of three bytes at most are usual, which are differences of up to a million; and so many bytes a sample takes then. */
const USUAL_SAMPLE_BYTES = 3 + 3 + 8;
const UNUSUAL_VARINT = 1 << 21;
/** References and times up to here stay exact when such a difference is added. */
const USUAL_BASE = 2 ** 52;

/** Reads samples up to one that is not usual, if only because the record ends soon. */
function readUsual(samples: WalSamples, { source, view, base, limit }: Usual): void {
  if (base.ref > USUAL_BASE || Math.abs(base.time) > USUAL_BASE) return;
  const { refs, timestamps, words } = samples;
  const { given: bytes } = source;
  const lastStart = bytes.length - USUAL_SAMPLE_BYTES;
  let { length } = samples;
  let start = source.position;
  while (length < limit && start <= lastStart) {
    let at = start;
    let ref = bytes[at++];
    if (ref >= 0x80) {
      ref = (ref & 0x7f) | (bytes[at++] << 7);
      if (ref >= 0x4000) ref = (ref & 0x3fff) | (bytes[at++] << 14);
    }
    let time = bytes[at++];
    if (time >= 0x80) {
      time = (time & 0x7f) | (bytes[at++] << 7);
      if (time >= 0x4000) time = (time & 0x3fff) | (bytes[at++] << 14);
    }
    const sampleRef = base.ref + ((ref >>> 1) ^ -(ref & 1));
    if ((ref | time) >= UNUSUAL_VARINT || sampleRef < 0) break;
    refs[length] = sampleRef;
    timestamps[length] = base.time + ((time >>> 1) ^ -(time & 1));
    words[2 * length + 1] = view.getUint32(at);
    words[2 * length] = view.getUint32(at + 4);
    start = at + 8;
    length++;
  }
  source.seek(start);
  samples.length = length;
}

/** Samples v2; the start times are passed over. */
export function createSampleV2Reader(source: ByteReader): SampleReader {
  let previousRef = 0;
  let firstTime: number | undefined;
  return {
    readInto(samples, limit) {
      makeRoom(samples, source, limit);
      const { refs, timestamps, words } = samples;
      let count = 0;
      while (count < limit && source.remaining > 0 && source.failure === undefined) {
        previousRef += source.varint();
        refs[count] = previousRef;
        timestamps[count] = (firstTime ?? 0) + source.varint();
        if (firstTime === undefined) source.varint();
        else skipStartTime(source);
        firstTime ??= timestamps[count];
        source.wordsInto(words, count);
        checkSample(source, refs[count], timestamps[count]);
        count++;
      }
      samples.length = count;
    },
  };
}

/** Takes up to `limit` exemplars at a time. What it returns is the caller's. */
export function createExemplarReader(source: ByteReader): (limit: number) => ExemplarColumns {
  const base = readBase(source);
  return (limit) => {
    const columns = new WalSamples();
    const labels: Labels[] = [];
    while (columns.length < limit && source.remaining > 0 && source.failure === undefined) {
      const index = columns.length;
      columns.push(base.ref + source.varint(), base.time + source.varint(), 0);
      source.wordsInto(columns.words, index);
      checkSample(source, columns.refs[index], columns.timestamps[index]);
      labels.push(readLabels(source));
    }
    return { columns, labels };
  };
}

/** A record without samples may lack the base. */
function readBase(source: ByteReader): Base {
  if (source.remaining === 0) return { ref: 0, time: 0 };
  return { ref: source.uint64(), time: source.int64() };
}

function makeRoom(samples: WalSamples, source: ByteReader, limit: number): void {
  samples.clear();
  samples.reserve(Math.min(limit, Math.ceil(source.remaining / MIN_SAMPLE_BYTES)));
}

function skipStartTime(source: ByteReader): void {
  const marker = source.uint8();
  if (marker !== START_TIME_NONE && marker !== START_TIME_SAME) source.varint();
}

function checkSample(source: ByteReader, ref: number, timestamp: number): void {
  if (ref < 0 || ref > Number.MAX_SAFE_INTEGER) source.fail('bad_value', `series reference ${ref} out of range`);
  if (!Number.isSafeInteger(timestamp)) source.fail('bad_value', `timestamp ${timestamp} out of range`);
}
