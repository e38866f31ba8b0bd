import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

const MAX = Number.MAX_SAFE_INTEGER;

function written(write: (w: ByteWriter) => void): string {
  const writer = new ByteWriter(1);
  write(writer);
  return Buffer.from(writer.view()).toString('hex');
}

function reader(hex: string): ByteReader {
  return new ByteReader(Buffer.from(hex, 'hex'), 'file', 100);
}

describe('bytes', () => {
  // Varints as Go's encoding/binary writes them.
  test.each<[string, (w: ByteWriter) => void, string]>([
    ['uint8', (w) => w.uint8(0xab), 'ab'],
    ['uint16', (w) => w.uint16(0x0102), '0102'],
    ['uint32', (w) => w.uint32(0xfffefdfc), 'fffefdfc'],
    ['uint64 small', (w) => w.uint64(1), '0000000000000001'],
    ['uint64 largest', (w) => w.uint64(MAX), '001fffffffffffff'],
    ['int64 -1', (w) => w.int64(-1), 'ffffffffffffffff'],
    ['int64 beyond 32 bits', (w) => w.int64(-0x1_0000_0001), 'fffffffeffffffff'],
    ['words', (w) => w.words(0x7ff00000, 2), '7ff0000000000002'],
    ['uvarint 0', (w) => w.uvarint(0), '00'],
    ['uvarint 127', (w) => w.uvarint(127), '7f'],
    ['uvarint 128', (w) => w.uvarint(128), '8001'],
    ['uvarint 300', (w) => w.uvarint(300), 'ac02'],
    ['uvarint 2^32', (w) => w.uvarint(2 ** 32), '8080808010'],
    ['uvarint largest', (w) => w.uvarint(MAX), 'ffffffffffffff0f'],
    ['varint 0', (w) => w.varint(0), '00'],
    ['varint -1', (w) => w.varint(-1), '01'],
    ['varint 1', (w) => w.varint(1), '02'],
    ['varint -64', (w) => w.varint(-64), '7f'],
    ['varint 64', (w) => w.varint(64), '8001'],
    ['varint largest', (w) => w.varint(MAX), 'feffffffffffff1f'],
    ['varint smallest', (w) => w.varint(-MAX), 'fdffffffffffff1f'],
    ['string', (w) => w.uvarintString('aé€😀'), '0a61c3a9e282acf09f9880'],
    ['bytes', (w) => w.uvarintBytes(Uint8Array.of(1, 2)), '020102'],
    ['zeros', (w) => w.zeros(3), '000000'],
    [
      'checksum from a position',
      (w) => {
        w.bytes(Buffer.from('\x07123456789'));
        w.crc32c(1);
      },
      '07313233343536373839e3069283',
    ],
  ])('%s', (_name, write, hex) => {
    expect(written(write)).toBe(hex);
  });

  test('a patch replaces four bytes in place', () => {
    const hex = written((w) => {
      w.bytes(Uint8Array.of(1, 0, 0, 0, 0, 2));
      w.patchUint32(1, 0xdeadbeef);
    });
    expect(hex).toBe('01deadbeef02');
  });

  test('a view is of the buffer, a copy is not', () => {
    const writer = new ByteWriter(16);
    writer.uint8(1);
    const view = writer.view();
    const copy = writer.copy();
    writer.reset();
    writer.uint8(2);
    expect([view[0], copy[0], writer.length]).toEqual([2, 1, 1]);
  });

  test.each([2 ** 53, -1, 0.5, Number.NaN])('uvarint refuses %d', (value) => {
    expect(() => new ByteWriter().uvarint(value)).toThrow(/^BUG: /);
  });

  test.each([2 ** 53, -(2 ** 53), 0.5])('varint refuses %d', (value) => {
    expect(() => new ByteWriter().varint(value)).toThrow(/^BUG: /);
  });
});

describe('reading back', () => {
  const field = fc.oneof(
    fc.record({ kind: fc.constant('uint8' as const), value: fc.nat(0xff) }),
    fc.record({ kind: fc.constant('uint16' as const), value: fc.nat(0xffff) }),
    fc.record({ kind: fc.constant('uint32' as const), value: fc.nat(0xffffffff) }),
    fc.record({ kind: fc.constantFrom('uint64' as const, 'uvarint' as const), value: fc.maxSafeNat() }),
    fc.record({ kind: fc.constantFrom('uvarint' as const, 'varint' as const), value: fc.nat(1 << 20) }),
    fc.record({ kind: fc.constantFrom('int64' as const, 'varint' as const), value: fc.maxSafeInteger() }),
    fc.record({ kind: fc.constant('uvarintString' as const), value: fc.string({ unit: 'binary' }) }),
  );

  test('any record of fields', () => {
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        const writer = new ByteWriter(1);
        for (const { kind, value } of fields) (writer[kind] as (v: unknown) => void).call(writer, value);
        writer.crc32c(0);
        const back = new ByteReader(writer.view(), 'file');
        for (const { kind, value } of fields) expect(back[kind]()).toBe(value);
        back.crc32c(0);
        expect([back.remaining, back.failure]).toEqual([0, undefined]);
      }),
    );
  });

  test('the words of a float keep the bits of a staleness marker', () => {
    const values = new Float64Array(2);
    const words = new Uint32Array(values.buffer);
    const r = reader('7ff00000000000023ff0000000000000');
    r.wordsInto(words, 0);
    r.wordsInto(words, 1);
    expect([words[0], words[1], values[1]]).toEqual([2, 0x7ff00000, 1]);
  });

  test('a varint may be longer than it needs to be', () => {
    expect(reader('8100').uvarint()).toBe(1);
  });
});

describe('errors', () => {
  test.each<[string, string, (r: ByteReader) => unknown, string, string]>([
    ['an empty uint8', '', (r) => r.uint8(), 'truncated', '1 bytes expected, 0 left'],
    ['a short uint32', '0102', (r) => r.uint32(), 'truncated', '4 bytes expected, 2 left'],
    ['a short string', '0361', (r) => r.uvarintString(), 'truncated', '3 bytes expected, 1 left'],
    ['an open varint', 'ffff', (r) => r.varint(), 'truncated', 'the bytes end within a varint'],
    ['a varint of 11 bytes', 'ffffffffffffffffffff01', (r) => r.uvarint(), 'bad_value', 'varint longer than 10 bytes'],
    ['a varint of 2^53', '8080808080808010', (r) => r.uvarint(), 'bad_value', 'integer beyond 2^53'],
    ['a uint64 of 2^53', '0020000000000000', (r) => r.uint64(), 'bad_value', 'integer beyond 2^53'],
    ['an int64 of -2^63', '8000000000000000', (r) => r.int64(), 'bad_value', 'integer beyond 2^53'],
    [
      'bytes that are not UTF-8',
      '02c328',
      (r) => r.uvarintString(),
      'bad_value',
      'the 2 bytes of a string are not UTF-8',
    ],
  ])('%s', (_name, hex, read, code, reason) => {
    const r = reader(hex);
    expect([0, '', undefined]).toContain(read(r));
    expect(r.failure).toMatchObject({ code, reason, file: 'file' });
  });

  test('a checksum that differs', () => {
    const r = reader('313233343536373839e3069284');
    r.skip(9);
    r.crc32c(0);
    expect(() => r.check()).toThrow('file: corruption at byte 109: checksum 0xe3069284 stored, 0xe3069283 computed');
  });

  test('the replacement character is a character like any other', () => {
    const r = reader('03efbfbd');
    expect([r.uvarintString(), r.failure]).toEqual(['\ufffd', undefined]);
  });

  test('the first one is remembered, and nothing is read after it', () => {
    const r = reader('0105');
    r.uint8();
    r.uint32();
    expect([r.uint8(), r.uvarint(), r.varint(), r.uvarintString(), r.bytes(1).length]).toEqual([0, 0, 0, '', 0]);
    r.fail('bad_value', 'later');
    expect([r.position, r.remaining]).toEqual([1, 1]);
    expect(() => r.check()).toThrow('file: corruption at byte 101: 4 bytes expected, 1 left');
  });

  test('no bytes whatever make it throw', () => {
    const methods = [
      'uint8',
      'uint16',
      'uint32',
      'uint64',
      'int64',
      'uvarint',
      'varint',
      'uvarintString',
      'uvarintBytes',
    ] as const;
    fc.assert(
      fc.property(fc.uint8Array(), fc.array(fc.constantFrom(...methods)), (bytes, calls) => {
        const r = new ByteReader(bytes, 'file');
        for (const method of calls) r[method]();
        expect(r.position).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
