import { describe, expect, test } from 'vitest';
import { crc32c } from '../encoding/checksum.ts';
import { PAGE_SIZE } from './segment-format.ts';
import { SegmentScanner } from './segment-scanner.ts';
import { MemoryDisk } from './testing/memory-disk.ts';

const PATH = '/wal/00000003';

function fragment(head: number, data: Uint8Array | string): Buffer {
  const bytes = Buffer.from(data);
  const header = Buffer.alloc(7);
  header[0] = head;
  header.writeUInt16BE(bytes.length, 1);
  header.writeUInt32BE(crc32c(bytes), 3);
  return Buffer.concat([header, bytes]);
}

/** The records of a segment as `offset:text`, and what ended the reading. */
async function scan(...parts: readonly Buffer[]): Promise<{ records: string[]; end: unknown }> {
  const disk = new MemoryDisk();
  disk.put(PATH, Buffer.concat(parts));
  const scanner = new SegmentScanner(await disk.open(PATH, 'read'), PATH);
  const records: string[] = [];
  try {
    do {
      for (let record = scanner.take(); record !== undefined; record = scanner.take()) {
        records.push(`${record.offset}:${Buffer.from(record.bytes).toString()}`);
      }
    } while (await scanner.fill());
    return { records, end: scanner.finish() };
  } catch (end) {
    return { records, end };
  }
}

const zeros = (count: number) => Buffer.alloc(count);

describe('what is sound', () => {
  test.each<[string, Buffer[], string[]]>([
    ['nothing', [], []],
    ['zeros alone', [zeros(100)], []],
    ['pages of zeros', [zeros(20 * PAGE_SIZE)], []],
    ['fragments of one record', [fragment(2, 'a'), fragment(3, 'b'), fragment(3, ''), fragment(4, 'c')], ['0:abc']],
    [
      'zeros within a record, to the end of the page',
      [fragment(2, 'a'), zeros(PAGE_SIZE - 8), fragment(4, 'b')],
      ['0:ab'],
    ],
    [
      'a record after zeros to the end of the page',
      [fragment(1, 'a'), zeros(PAGE_SIZE - 8), fragment(1, 'b')],
      ['0:a', `${PAGE_SIZE}:b`],
    ],
    [
      'a fragment over the end of a page, as some versions of Prometheus wrote it',
      [fragment(1, zeros(PAGE_SIZE - 10)), fragment(1, 'abc')],
      [`0:${zeros(PAGE_SIZE - 10).toString()}`, `${PAGE_SIZE - 3}:abc`],
    ],
  ])('%s', async (_name, parts, records) => {
    expect(await scan(...parts)).toEqual({ records, end: undefined });
  });
});

describe('what is not', () => {
  test.each<[string, Buffer[], string]>([
    ['a middle without a first', [fragment(3, 'x')], 'fragment of kind 3 without a first one'],
    ['a last without a first', [fragment(4, 'x')], 'fragment of kind 4 without a first one'],
    ['a whole record within another', [fragment(2, 'x'), fragment(1, 'y')], 'fragment of kind 1 within a record'],
    ['a first within another', [fragment(2, 'x'), fragment(2, 'y')], 'fragment of kind 2 within a record'],
    ['a kind that nobody writes', [fragment(5, 'x')], 'fragment of unknown kind 5'],
    ['a reserved flag', [fragment(0x21, 'x')], 'impossible flags 0x20 of a fragment'],
    ['two compressions at once', [fragment(0x19, 'x')], 'impossible flags 0x18 of a fragment'],
    ['flags that change', [fragment(2, 'x'), fragment(0x0c, 'y')], 'impossible flags 0x8 of a fragment'],
    ['zstd that is none', [fragment(0x11, 'x')], 'the record is marked as zstd and is none'],
    ['a fragment longer than a page', [Buffer.of(1, 0xff, 0xff, 0, 0, 0, 0)], 'fragment of 65535 bytes'],
    [
      'zeros that stop before the page does',
      [zeros(9), fragment(1, 'x'), zeros(PAGE_SIZE)],
      'bytes other than zero fill the page from byte 0 on',
    ],
    [
      'a length that reaches beyond the end, with records behind it',
      [Buffer.of(1, 0x70, 0, 0, 0, 0, 0), fragment(1, 'x')],
      'a fragment reaches beyond the end of the file, and others follow it',
    ],
  ])('%s', async (_name, parts, reason) => {
    const { records, end } = await scan(...parts);
    expect(records).toEqual([]);
    expect(end).toMatchObject({ name: 'CorruptionError', code: 'bad_value', file: PATH, offset: 0, reason });
  });

  test('the offset is that of the record, whichever fragment is damaged', async () => {
    const damaged = fragment(4, 'c');
    damaged[7] ^= 1;
    const { records, end } = await scan(fragment(1, 'a'), fragment(2, 'b'), damaged);
    expect(records).toEqual(['0:a']);
    expect(end).toMatchObject({ code: 'bad_checksum', offset: 8 });
  });
});

describe('what is unfinished', () => {
  test.each<[string, Buffer[], number, number]>([
    ['a header', [fragment(1, 'a'), Buffer.of(1, 0)], 8, 2],
    ['data', [fragment(1, 'a'), fragment(1, 'abc').subarray(0, 9)], 8, 9],
    ['a record', [fragment(1, 'a'), fragment(2, 'abc')], 8, 10],
    ['a record, zeros behind it', [fragment(1, 'a'), fragment(2, 'abc'), zeros(5)], 8, 15],
  ])('%s', async (_name, parts, offset, bytes) => {
    expect(await scan(...parts)).toEqual({ records: ['0:a'], end: { offset, bytes } });
  });
});

test('zstd is refused by name, and not as damage', async () => {
  const frame = Buffer.from('28b52ffd2003190000612062', 'hex');
  const { end } = await scan(fragment(1, 'a'), fragment(0x11, frame));
  expect(end).toMatchObject({
    name: 'WalError',
    code: 'unsupported_compression',
    file: PATH,
    reason: expect.stringMatching(/^the record at byte 8 is compressed with zstd, which Hearth does not read; /),
  });
});
