import { ByteReader } from '../../encoding/byte-reader.ts';
import { CorruptionError } from '../../encoding/corruption-error.ts';
import { readMetadata, readMmapMarkers, readSeries, readTombstones } from './entries-codec.ts';
import {
  ENTRIES_PER_STEP,
  EXEMPLARS,
  METADATA,
  MMAP_MARKERS,
  SAMPLES,
  SAMPLES_PER_STEP,
  SAMPLES_V2,
  SERIES,
  TOMBSTONES,
  unsupportedRecordName,
} from './record-format.ts';
import { createExemplarReader, createSampleReader, createSampleV2Reader, type SampleReader } from './samples-codec.ts';
import type { WalRecord } from './wal-record.ts';
import type { WalSamples } from './wal-samples.ts';

export interface RecordSource {
  readonly bytes: Uint8Array;
  /** Where the record stands, for errors. */
  readonly file: string;
  readonly offset: number;
}

/** How many samples, or entries of other records, make a part. */
export interface PartLimits {
  readonly samples: number;
  readonly entries: number;
}

const STEPS: PartLimits = { samples: SAMPLES_PER_STEP, entries: ENTRIES_PER_STEP };

/**
 * Decodes one record. It comes in parts when it has more entries than `limits`, and in one even if it has none.
 * Samples are put into `samples`, which belongs to the caller and is overwritten when the generator goes on.
 *
 * Throws a CorruptionError at the offset of the record for anything but whole and possible entries. The parts in front
 * of the impossible one have been handed out by then.
 */
export function* decodeRecord(
  record: RecordSource,
  samples: WalSamples,
  limits = STEPS,
): Generator<WalRecord, void, void> {
  if (record.bytes.length === 0) {
    yield { kind: 'unsupported', type: 0, name: 'empty record' };
    return;
  }
  const source = new ByteReader(record.bytes, record.file);
  const readPart = partReader(source, samples, limits);
  do {
    const part = readPart();
    check(record, source, part.kind);
    yield part;
  } while (source.remaining > 0);
}

function partReader(source: ByteReader, samples: WalSamples, limits: PartLimits): () => WalRecord {
  const { entries } = limits;
  const type = source.uint8();
  switch (type) {
    case SERIES:
      return () => ({ kind: 'series', series: readSeries(source, entries) });
    case SAMPLES:
      return samplesPart(createSampleReader(source), samples, limits.samples);
    case SAMPLES_V2:
      return samplesPart(createSampleV2Reader(source), samples, limits.samples);
    case TOMBSTONES:
      return () => ({ kind: 'tombstones', tombstones: readTombstones(source, entries) });
    case EXEMPLARS: {
      const readExemplars = createExemplarReader(source);
      return () => ({ kind: 'exemplars', exemplars: readExemplars(entries) });
    }
    case METADATA:
      return () => ({ kind: 'metadata', metadata: readMetadata(source, entries) });
    case MMAP_MARKERS:
      return () => ({ kind: 'mmap-markers', markers: readMmapMarkers(source, entries) });
    default:
      source.skip(source.remaining);
      return () => ({ kind: 'unsupported', type, name: unsupportedRecordName(type) });
  }
}

function samplesPart(reader: SampleReader, samples: WalSamples, limit: number): () => WalRecord {
  return () => {
    reader.readInto(samples, limit);
    return { kind: 'samples', samples };
  };
}

function check(record: RecordSource, source: ByteReader, kind: WalRecord['kind']): void {
  const { failure } = source;
  if (failure === undefined) return;
  const { code, reason } = failure;
  throw new CorruptionError({ code, file: record.file, offset: record.offset, reason: `${kind} record: ${reason}` });
}
