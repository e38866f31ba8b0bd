import type { ByteReader } from '../../encoding/byte-reader.ts';
import { ByteWriter } from '../../encoding/byte-writer.ts';
import { appendLabels, readLabels } from './labels-codec.ts';
import {
  HELP_FIELD,
  METADATA,
  MMAP_MARKERS,
  RECORD_BYTES_TARGET,
  SERIES,
  TOMBSTONES,
  UNIT_FIELD,
} from './record-format.ts';
import type { MetadataEntry, MmapMarkerEntry, SeriesEntry, TombstoneEntry } from './wal-record.ts';

/**
 * Records whose entries stand alone, one after another. Encoders return the records, none when there are no entries;
 * readers take up to `limit` entries at a time, once the type byte has been read.
 */
export function encodeSeries(series: Iterable<SeriesEntry>): Uint8Array[] {
  return encodeEntries(SERIES, series, (target, { ref, labels }) => {
    target.uint64(ref);
    appendLabels(target, labels);
  });
}

export function readSeries(source: ByteReader, limit: number): SeriesEntry[] {
  return readEntries(source, limit, () => ({ ref: source.uint64(), labels: readLabels(source) }));
}

export function encodeTombstones(tombstones: Iterable<TombstoneEntry>): Uint8Array[] {
  return encodeEntries(TOMBSTONES, tombstones, (target, { ref, minTime, maxTime }) => {
    target.uint64(ref);
    target.varint(minTime);
    target.varint(maxTime);
  });
}

export function readTombstones(source: ByteReader, limit: number): TombstoneEntry[] {
  return readEntries(source, limit, () => ({
    ref: source.uint64(),
    minTime: source.varint(),
    maxTime: source.varint(),
  }));
}

export function encodeMetadata(metadata: Iterable<MetadataEntry>): Uint8Array[] {
  return encodeEntries(METADATA, metadata, (target, { ref, type, unit, help }) => {
    target.uvarint(ref);
    target.uint8(type);
    target.uvarint(2);
    target.uvarintString(UNIT_FIELD);
    target.uvarintString(unit);
    target.uvarintString(HELP_FIELD);
    target.uvarintString(help);
  });
}

/** Fields with other names are for later versions and are passed over. */
export function readMetadata(source: ByteReader, limit: number): MetadataEntry[] {
  return readEntries(source, limit, () => {
    const ref = source.uvarint();
    const type = source.uint8();
    const count = source.uvarint();
    let unit = '';
    let help = '';
    for (let i = 0; i < count && source.failure === undefined; i++) {
      const field = source.uvarintString();
      const value = source.uvarintString();
      if (field === UNIT_FIELD) unit = value;
      else if (field === HELP_FIELD) help = value;
    }
    return { ref, type, unit, help };
  });
}

export function encodeMmapMarkers(markers: Iterable<MmapMarkerEntry>): Uint8Array[] {
  return encodeEntries(MMAP_MARKERS, markers, (target, { ref, chunk }) => {
    target.uint64(ref);
    target.words(Number(chunk >> 32n), Number(chunk & 0xffff_ffffn));
  });
}

export function readMmapMarkers(source: ByteReader, limit: number): MmapMarkerEntry[] {
  return readEntries(source, limit, () => {
    const ref = source.uint64();
    const high = BigInt(source.uint32());
    return { ref, chunk: (high << 32n) | BigInt(source.uint32()) };
  });
}

function encodeEntries<T>(type: number, entries: Iterable<T>, append: (target: ByteWriter, entry: T) => void) {
  const records: Uint8Array[] = [];
  const writer = new ByteWriter();
  writer.uint8(type);
  for (const entry of entries) {
    append(writer, entry);
    if (writer.length < RECORD_BYTES_TARGET) continue;
    records.push(writer.copy());
    writer.reset();
    writer.uint8(type);
  }
  if (writer.length > 1) records.push(writer.copy());
  return records;
}

function readEntries<T>(source: ByteReader, limit: number, readEntry: () => T): T[] {
  const entries: T[] = [];
  while (entries.length < limit && source.remaining > 0 && source.failure === undefined) entries.push(readEntry());
  return entries;
}
