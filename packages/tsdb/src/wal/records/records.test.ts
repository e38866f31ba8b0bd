import { createLabels } from '@hearth/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryRecord } from '../testing/arbitrary-records.ts';
import { encoded, type PlainRecord, plainRecord, sample } from '../testing/plain-records.ts';
import { decodeRecord, type PartLimits } from './decode-record.ts';
import { encodeMmapMarkers, encodeSeries } from './entries-codec.ts';
import { WalSamples } from './wal-samples.ts';

function decode(bytes: Uint8Array, limits?: PartLimits): PlainRecord[] {
  const parts = decodeRecord({ bytes, file: 'wal/00000001', offset: 64 }, new WalSamples(), limits);
  return Array.from(parts, plainRecord);
}

function decodeHex(hex: string): PlainRecord[] {
  return decode(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

// Written out by hand from tsdb/docs/format/wal.md; the fixtures under testing/ hold what Prometheus itself wrote.
const KNOWN: readonly [string, PlainRecord, string][] = [
  [
    'series',
    {
      series: [
        { ref: 1, labels: createLabels({ a: 'b' }) },
        { ref: 258, labels: createLabels({}) },
      ],
    },
    '01 0000000000000001 01 0161 0162 0000000000000102 00',
  ],
  [
    'samples: references and times as differences from the first',
    { samples: [sample(5, 1000, 1), sample(4, 1001, -2), sample(70, 1000, 0)] },
    '02 0000000000000005 00000000000003e8 00 00 3ff0000000000000 01 02 c000000000000000 8201 00 0000000000000000',
  ],
  [
    'the staleness marker',
    { samples: [{ ref: 1, t: -1, bits: '7ff0000000000002' }] },
    '02 0000000000000001 ffffffffffffffff 00 00 7ff0000000000002',
  ],
  ['tombstones', { tombstones: [{ ref: 3, minTime: -1, maxTime: 64 }] }, '03 0000000000000003 01 8001'],
  [
    'exemplars',
    { exemplars: [{ ...sample(9, 2, 0.5), labels: createLabels({ id: 'x' }) }] },
    '04 0000000000000009 0000000000000002 00 00 3fe0000000000000 01 026964 0178',
  ],
  [
    'metadata',
    { metadata: [{ ref: 300, type: 1, unit: 's', help: 'é' }] },
    '06 ac02 01 02 04554e4954 0173 0448454c50 02c3a9',
  ],
];

describe('known bytes', () => {
  test.each(KNOWN)('%s', (_name, record, hex) => {
    expect(encoded(record).map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual([hex.replaceAll(' ', '')]);
    expect(decodeHex(hex)).toEqual([record]);
  });

  test('mmap markers', () => {
    const bytes = encodeMmapMarkers([{ ref: 2, chunk: 0x1_8000_0007n }]);
    expect(bytes.map((each) => Buffer.from(each).toString('hex'))).toEqual(['0500000000000000020000000180000007']);
    const [record] = decodeRecord({ bytes: bytes[0], file: 'f', offset: 0 }, new WalSamples());
    expect(record).toEqual({ kind: 'mmap-markers', markers: [{ ref: 2, chunk: 0x1_8000_0007n }] });
  });

  test('samples of version 2, with no start time, the same, and another', () => {
    const hex =
      '0b 0a d00f c801 3ff0000000000000' + // ref 5, time 1000, start 100
      '02 02 00 4000000000000000' + // ref 6, time 1001, no start
      '01 04 01 4008000000000000' + // ref 5, time 1002, the same start
      '08 06 02 14 7ff0000000000002'; // ref 9, time 1003, start 110
    expect(decodeHex(hex)).toEqual([
      {
        samples: [
          sample(5, 1000, 1),
          sample(6, 1001, 2),
          sample(5, 1002, 3),
          { ref: 9, t: 1003, bits: '7ff0000000000002' },
        ],
      },
    ]);
  });

  test('metadata with a field of a later version', () => {
    expect(decodeHex('06 01 02 03 01 58 0159 0448454c50 0168 04554e4954 00')).toEqual([
      { metadata: [{ ref: 1, type: 2, unit: '', help: 'h' }] },
    ]);
  });
});

describe('what is not stored is named', () => {
  test.each([
    ['07', 'native histograms'],
    ['08 00', 'native float histograms'],
    ['09', 'native histograms with custom buckets'],
    ['0a', 'native float histograms with custom buckets'],
    ['0c', 'native histograms v2'],
    ['0d ffff', 'native float histograms v2'],
    ['0e', 'unknown type 14'],
    ['ff01', 'unknown type 255'],
    ['', 'empty record'],
  ])('%s: %s', (hex, unsupported) => {
    expect(decodeHex(hex)).toEqual([{ unsupported }]);
  });
});

describe('round trips', () => {
  test('any record', () => {
    fc.assert(
      fc.property(arbitraryRecord, (record) => {
        expect(encoded(record).flatMap((bytes) => decode(bytes))).toEqual([record]);
      }),
    );
  });

  test('records without entries are not written', () => {
    const none = [{ series: [] }, { samples: [] }, { tombstones: [] }, { exemplars: [] }, { metadata: [] }];
    expect(none.flatMap(encoded)).toEqual([]);
  });

  test('many samples make several records', () => {
    const samples = Array.from({ length: 12_345 }, (_, i) => sample(i + 1, 1000 + i, i));
    const records = encoded({ samples });
    expect(records.flatMap((bytes) => decode(bytes).map((part) => 'samples' in part && part.samples.length))).toEqual([
      5000, 5000, 2345,
    ]);
    expect(
      records.flatMap((bytes) => decode(bytes).flatMap((part) => ('samples' in part ? part.samples : []))),
    ).toEqual(samples);
  });

  test('series of many bytes make several records', () => {
    const series = Array.from({ length: 3000 }, (_, i) => ({ ref: i, labels: createLabels({ a: 'x'.repeat(500) }) }));
    const records = encodeSeries(series);
    expect(records.length).toBe(3);
    expect(records.flatMap((bytes) => decode(bytes).flatMap((part) => ('series' in part ? part.series : [])))).toEqual(
      series,
    );
  });

  test.each(KNOWN)('%s, read in parts of one entry', (_name, record, hex) => {
    const parts = decode(Buffer.from(hex.replaceAll(' ', ''), 'hex'), { samples: 1, entries: 1 });
    const [key] = Object.keys(record) as (keyof PlainRecord)[];
    expect(parts.map((part) => (part[key] as unknown[]).length)).toEqual(parts.map(() => 1));
    expect({ [key]: parts.flatMap((part) => part[key]) }).toEqual(record);
  });
});

describe('refused', () => {
  test.each([
    ['a reference of 2^53', '01 0020000000000000 00', 'bad_value', 'series record: integer beyond 2^53'],
    [
      'a reference that becomes 2^53',
      '02 001fffffffffffff 0000000000000000 02 00 0000000000000000',
      'bad_value',
      'samples record: series reference 9007199254740992 out of range',
    ],
    [
      'a reference below 0',
      '02 0000000000000000 0000000000000000 01 00 0000000000000000',
      'bad_value',
      'samples record: series reference -1 out of range',
    ],
    [
      'a time beyond 2^53',
      '04 0000000000000001 001fffffffffffff 00 02 0000000000000000 00',
      'bad_value',
      'exemplars record: timestamp 9007199254740992 out of range',
    ],
    ['a sample cut short', '02 0000000000000001 0000000000000000 00 00 3ff0', 'truncated', '8 bytes expected, 2 left'],
    ['labels that are not there', '01 0000000000000001 ffffffff0f', 'truncated', '1 bytes expected, 0 left'],
    ['a label name twice', '01 0000000000000001 02 0161 0162 0161 0163', 'bad_value', 'label name "a" is not unique'],
    [
      'a name that is not UTF-8',
      '01 0000000000000001 01 01ff 0162',
      'bad_value',
      'the 1 bytes of a string are not UTF-8',
    ],
    ['fields that are not there', '06 01 02 ff7f', 'truncated', 'bytes expected, 0 left'],
    ['half a tombstone', '03 0000000000000001 02', 'truncated', '1 bytes expected, 0 left'],
  ])('%s', (_name, hex, code, reason) => {
    let caught: unknown;
    try {
      decodeHex(hex);
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ name: 'CorruptionError', code, file: 'wal/00000001', offset: 64 });
    expect(caught).toMatchObject({ reason: expect.stringContaining(reason) });
  });

  test('no bytes whatever make anything but a CorruptionError', () => {
    const type = fc.constantFrom(1, 2, 3, 4, 5, 6, 11);
    fc.assert(
      fc.property(type, fc.uint8Array({ maxLength: 200 }), (first, rest) => {
        try {
          decode(Buffer.from([first, ...rest]));
        } catch (error) {
          expect(error).toMatchObject({ name: 'CorruptionError', offset: 64 });
        }
      }),
      { numRuns: 1000 },
    );
  });
});

test('a NaN that is pushed as a number becomes the one that is a value', () => {
  const columns = new WalSamples(1);
  columns.push(1, 2, Number.NaN);
  columns.push(3, 4, 5);
  expect([columns.words[1], columns.words[0], columns.values[1]]).toEqual([0x7ff80000, 1, 5]);
});
