import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createLabels, type Labels } from '@hearth/model';
import { describe, expect, test } from 'vitest';
import { openWal } from './open-wal.ts';
import { readWal } from './read-wal.ts';
import { MemoryDisk } from './testing/memory-disk.ts';
import { encoded, type PlainRecord, type PlainSample, plainRecord } from './testing/plain-records.ts';
import { LOG } from './testing/small-log.ts';

const FIXTURES = join(import.meta.dirname, 'testing/prometheus-2.42');
const STALE = '7ff0000000000002';

interface ApiAnswer {
  readonly series: readonly { readonly metric: Record<string, string>; readonly values: readonly [number, string][] }[];
  readonly exemplars: readonly {
    readonly seriesLabels: Record<string, string>;
    readonly exemplars: readonly { labels: Record<string, string>; value: string; timestamp: number }[];
  }[];
}

function fixture(name: string): { readonly disk: MemoryDisk; readonly answer: ApiAnswer } {
  const directory = join(FIXTURES, name);
  const load = (path: string) => gunzipSync(readFileSync(path));
  const disk = new MemoryDisk();
  for (const file of readdirSync(join(directory, 'wal'), { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    disk.put(path.replace(join(directory, 'wal'), LOG).replace(/\.gz$/, ''), load(path));
  }
  return { disk, answer: JSON.parse(load(join(directory, 'expected.json.gz')).toString()) as ApiAnswer };
}

async function read(disk: MemoryDisk): Promise<PlainRecord[]> {
  const reader = readWal(LOG, { fileSystem: disk });
  const records: PlainRecord[] = [];
  for await (const { record } of reader) records.push(plainRecord(record));
  expect(reader.report).toEqual({ unsupported: new Map(), tornTail: undefined });
  return records;
}

function printed({ t, bits }: PlainSample): string {
  const value = Buffer.from(bits, 'hex').readDoubleBE();
  return `${t} ${
    Number.isFinite(value)
      ? value
      : String(value)
          .replace(/^Infinity/, '+Infinity')
          .replace('inity', '')
  }`;
}

/** What Prometheus' API would answer: samples by series, without staleness markers and what was deleted. */
function samplesBySeries(records: readonly PlainRecord[]): Map<string, string[]> {
  const labels = new Map<number, Labels>();
  const deleted = records.flatMap((record) => ('tombstones' in record ? record.tombstones : []));
  const bySeries = new Map<string, string[]>();
  for (const record of records) {
    if ('series' in record) for (const entry of record.series) labels.set(entry.ref, entry.labels);
    if (!('samples' in record)) continue;
    for (const each of record.samples) {
      if (each.bits === STALE) continue;
      if (deleted.some((d) => d.ref === each.ref && d.minTime <= each.t && each.t <= d.maxTime)) continue;
      const key = labels.get(each.ref)!.key;
      bySeries.set(key, [...(bySeries.get(key) ?? []), printed(each)]);
    }
  }
  return bySeries;
}

function answered({ series }: ApiAnswer): Map<string, string[]> {
  return new Map(
    series.map(({ metric, values }) => [
      createLabels(metric).key,
      values.map(([seconds, value]) => `${Math.round(seconds * 1000)} ${value}`),
    ]),
  );
}

describe.each(['snappy', 'plain'])('a log that Prometheus wrote (%s)', (name) => {
  test('holds the samples that Prometheus itself answered with', async () => {
    const { disk, answer } = fixture(name);
    const samples = samplesBySeries(await read(disk));
    expect([...samples.values()].flat().length).toBeGreaterThan(50);
    expect(samples).toEqual(answered(answer));
  });

  test('holds its exemplars', async () => {
    const { disk, answer } = fixture(name);
    const exemplars = (await read(disk)).flatMap((record) => ('exemplars' in record ? record.exemplars : []));
    const expected = answer.exemplars.flatMap((each) => each.exemplars);
    expect(exemplars.map((each) => `${printed(each)} ${each.labels.get('trace_id')}`)).toEqual(
      expected.map(({ timestamp, value, labels }) => `${Math.round(timestamp * 1000)} ${value} ${labels.trace_id}`),
    );
    expect(exemplars.length).toBeGreaterThan(5);
  });

  test('holds staleness markers, bit for bit, and the tombstone of a deletion', async () => {
    const records = await read(fixture(name).disk);
    const samples = records.flatMap((record) => ('samples' in record ? record.samples : []));
    expect(samples.filter(({ bits }) => bits === STALE).length).toBeGreaterThan(0);
    expect(samples.filter(({ bits }) => bits === '7ff8000000000001').length).toBeGreaterThan(0);
    expect(records.filter((record) => 'tombstones' in record).length).toBe(1);
  });

  test('comes out the same when it is written again', async () => {
    const records = await read(fixture(name).disk);
    const again = new MemoryDisk();
    const wal = await openWal(LOG, { fileSystem: again, compression: 'none' });
    for (const record of records) await wal.log(encoded(record));
    expect(await read(again)).toEqual(records);
  });
});

test('without compression our bytes are those of Prometheus', async () => {
  const { disk } = fixture('plain');
  const again = new MemoryDisk();
  const wal = await openWal(LOG, { fileSystem: again, compression: 'none' });
  for (const record of await read(disk)) await wal.log(encoded(record));
  expect(again.content(`${LOG}/00000000`).equals(disk.content(`${LOG}/00000000`))).toBe(true);
});

describe('a log with a checkpoint', () => {
  test('is one stream, of which every sample that Prometheus has is the same', async () => {
    const { disk, answer } = fixture('checkpoint');
    const records = await read(disk);
    const known = answered(answer);
    let count = 0;
    for (const [key, samples] of samplesBySeries(records)) {
      // The API was asked before the last scrape, and has samples from blocks besides.
      const common = samples.filter((each) => known.get(key)!.includes(each));
      expect(samples.length - common.length).toBeLessThanOrEqual(1);
      count += common.length;
    }
    expect(count).toBeGreaterThan(100);
  });

  test('starts with the checkpoint', async () => {
    const { disk } = fixture('checkpoint');
    const places: string[] = [];
    for await (const { position, inCheckpoint } of readWal(LOG, { fileSystem: disk })) {
      places.push(`${inCheckpoint ? 'checkpoint ' : ''}${position.segment}`);
    }
    expect([...new Set(places)]).toEqual(['checkpoint 0', '2', '3', '4']);
  });
});
