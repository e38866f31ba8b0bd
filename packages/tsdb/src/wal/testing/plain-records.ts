import type { Labels } from '@hearth/model';
import type { WalEntry } from '../read-wal.ts';
import { encodeMetadata, encodeSeries, encodeTombstones } from '../records/entries-codec.ts';
import { encodeExemplars, encodeSamples } from '../records/samples-codec.ts';
import type { MetadataEntry, SeriesEntry, TombstoneEntry, WalRecord } from '../records/wal-record.ts';
import { WalSamples } from '../records/wal-samples.ts';

/** Records as plain values that tests compare; `bits` is a float64 as 16 hex digits. */
export type PlainRecord =
  | { readonly series: readonly SeriesEntry[] }
  | { readonly samples: readonly PlainSample[] }
  | { readonly tombstones: readonly TombstoneEntry[] }
  | { readonly exemplars: readonly (PlainSample & { readonly labels: Labels })[] }
  | { readonly metadata: readonly MetadataEntry[] }
  | { readonly unsupported: string };

export interface PlainSample {
  readonly ref: number;
  readonly t: number;
  readonly bits: string;
}

export function bitsOf(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString('hex');
}

export function sample(ref: number, t: number, value: number): PlainSample {
  return { ref, t, bits: bitsOf(value) };
}

export function columnsOf(samples: readonly PlainSample[]): WalSamples {
  const columns = new WalSamples(1);
  for (const { ref, t, bits } of samples) {
    columns.pushWords(ref, t, Number.parseInt(bits.slice(0, 8), 16), Number.parseInt(bits.slice(8), 16));
  }
  return columns;
}

export function plainSamples(columns: WalSamples): PlainSample[] {
  const hex = (word: number) => word.toString(16).padStart(8, '0');
  return Array.from({ length: columns.length }, (_, i) => ({
    ref: columns.refs[i],
    t: columns.timestamps[i],
    bits: hex(columns.words[2 * i + 1]) + hex(columns.words[2 * i]),
  }));
}

export function plainRecord(record: WalRecord): PlainRecord {
  switch (record.kind) {
    case 'series':
      return { series: record.series };
    case 'samples':
      return { samples: plainSamples(record.samples) };
    case 'tombstones':
      return { tombstones: record.tombstones };
    case 'exemplars': {
      const { columns, labels } = record.exemplars;
      return { exemplars: plainSamples(columns).map((each, i) => ({ ...each, labels: labels[i] })) };
    }
    case 'metadata':
      return { metadata: record.metadata };
    default:
      return { unsupported: record.kind === 'unsupported' ? record.name : record.kind };
  }
}

export function encoded(record: PlainRecord): Uint8Array[] {
  if ('series' in record) return encodeSeries(record.series);
  if ('samples' in record) return encodeSamples(columnsOf(record.samples));
  if ('tombstones' in record) return encodeTombstones(record.tombstones);
  if ('metadata' in record) return encodeMetadata(record.metadata);
  if ('unsupported' in record) return [Buffer.from(record.unsupported)];
  const columns = columnsOf(record.exemplars);
  return encodeExemplars({ columns, labels: record.exemplars.map(({ labels }) => labels) });
}

export async function collect(entries: AsyncIterable<WalEntry>): Promise<PlainRecord[]> {
  const records: PlainRecord[] = [];
  for await (const { record } of entries) records.push(plainRecord(record));
  return records;
}
