import { ByteReader } from '../../encoding/byte-reader.ts';
import { CorruptionError } from '../../encoding/corruption-error.ts';
import { readMetadata, readMmapMarkers, readSeries, readTombstones } from './entries-codec.ts';
import {
  ENTRIES_PER_STEP,
  EXEMPLARS,
  METADATA,
  MMAP_MARKERS,
  SAMPLES,
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

/**
 * Decodes one record. It comes in parts when it has more than `limit` entries, and at least one even if it has none.
 * Samples are put into `samples`, which belongs to the caller and is overwritten when the generator goes on.
 *
 * Throws a CorruptionError at the offset of the record for anything but whole and possible entries. The parts in front
 * of the impossible one have been handed out by then.
 */
export function* decodeRecord(
  record: RecordSource,
  samples: WalSamples,
  limit = ENTRIES_PER_STEP,
): Generator<WalRecord, void, void> {
  if (record.bytes.length === 0) {
    yield { kind: 'unsupported', type: 0, name: 'empty record' };
    return;
  }
  const source = new ByteReader(record.bytes, record.file);
  const readPart = partReader(source, samples);
  do {
    const part = readPart(limit);
    check(record, source, part.kind);
    yield part;
  } while (source.remaining > 0);
}

function partReader(source: ByteReader, samples: WalSamples): (limit: number) => WalRecord {
  const type = source.uint8();
  switch (type) {
    case SERIES:
      return (limit) => ({ kind: 'series', series: readSeries(source, limit) });
    case SAMPLES:
      return samplesPart(createSampleReader(source), samples);
    case SAMPLES_V2:
      return samplesPart(createSampleV2Reader(source), samples);
    case TOMBSTONES:
      return (limit) => ({ kind: 'tombstones', tombstones: readTombstones(source, limit) });
    case EXEMPLARS: {
      const readExemplars = createExemplarReader(source);
      return (limit) => ({ kind: 'exemplars', exemplars: readExemplars(limit) });
    }
    case METADATA:
      return (limit) => ({ kind: 'metadata', metadata: readMetadata(source, limit) });
    case MMAP_MARKERS:
      return (limit) => ({ kind: 'mmap-markers', markers: readMmapMarkers(source, limit) });
    default:
      source.skip(source.remaining);
      return () => ({ kind: 'unsupported', type, name: unsupportedRecordName(type) });
  }
}

function samplesPart(reader: SampleReader, samples: WalSamples): (limit: number) => WalRecord {
  return (limit) => {
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
