import { createLabels } from '@hearth/model';
import type { WalCompression } from '../compression.ts';
import { openWal } from '../open-wal.ts';
import type { Wal } from '../wal.ts';
import { MemoryDisk } from './memory-disk.ts';
import { encoded, type PlainRecord, sample } from './plain-records.ts';

export const LOG = '/data/wal';

/** One record of each kind, long enough to be compressed. */
export const SMALL_RECORDS: readonly PlainRecord[] = [
  {
    series: [1, 2, 3, 4].map((ref) => ({ ref, labels: createLabels({ __name__: 'requests_total', path: `/${ref}` }) })),
  },
  { samples: [1, 2, 3, 4].map((ref) => sample(ref, 1_700_000_000_000, ref)) },
  { exemplars: [{ ...sample(1, 1_700_000_000_000, 0.5), labels: createLabels({ trace_id: 'abcabcabcabc' }) }] },
  { metadata: [{ ref: 1, type: 1, unit: '', help: 'Requests, requests, requests.' }] },
  { tombstones: [{ ref: 2, minTime: 1_700_000_000_000, maxTime: 1_700_000_000_001 }] },
  { samples: [1, 2, 3, 4].map((ref) => ({ ref, t: 1_700_000_015_000, bits: '7ff0000000000002' })) },
];

export async function logAll(wal: Wal, records: readonly PlainRecord[]): Promise<void> {
  for (const record of records) await wal.log(encoded(record));
}

/** A log that was left as a crash leaves it: not closed, the last page short. */
export async function smallLog(compression: WalCompression, records = SMALL_RECORDS): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const wal = await openWal(LOG, { fileSystem: disk, compression });
  await logAll(wal, records);
  return disk;
}
