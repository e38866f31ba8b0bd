import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWriter } from '../encoding/byte-writer.ts';
import { appendFragments, offsetAfter } from './fragments.ts';
import { PAGE_SIZE } from './segment-format.ts';

function framed(length: number, offset: number, snappy = false): { end: number; bytes: Buffer } {
  const writer = new ByteWriter();
  const end = appendFragments(writer, { bytes: Buffer.alloc(length, 0xab), snappy }, offset);
  return { end, bytes: Buffer.from(writer.view()) };
}

/** The headers of the fragments, as kind and length, and where zeros fill a page: `1:5 2:30 zeros:3 4:10`. */
function layout(bytes: Buffer, offset: number): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] === 0) {
      const end = PAGE_SIZE - (offset % PAGE_SIZE);
      parts.push(`zeros:${end - at}`);
      at = end;
      continue;
    }
    const length = bytes.readUInt16BE(at + 1);
    parts.push(`${bytes[at]}:${length}`);
    at += 7 + length;
  }
  return parts.join(' ');
}

test('a header is kind, length and the checksum of the data', () => {
  const writer = new ByteWriter();
  appendFragments(writer, { bytes: Buffer.from('123456789'), snappy: false }, 0);
  expect(Buffer.from(writer.view()).toString('hex')).toBe('010009e3069283313233343536373839');
});

test.each([
  ['a whole record', 5, 0, '1:5', 12],
  ['an empty record', 0, 0, '1:0', 7],
  ['a record that ends with its page', PAGE_SIZE - 7, 0, '1:32761', PAGE_SIZE],
  ['one byte more', PAGE_SIZE - 6, 0, '2:32761 4:1', PAGE_SIZE + 8],
  ['over three pages', 2 * PAGE_SIZE, 0, '2:32761 3:32761 4:14', 2 * PAGE_SIZE + 21],
  ['no room for another header: zeros', PAGE_SIZE - 7 - 6, 0, '1:32755 zeros:6', PAGE_SIZE],
  ['room for a header alone: a first fragment without data', 3, PAGE_SIZE - 7, '2:0 4:3', PAGE_SIZE + 10],
  ['in the middle of a page', 100, PAGE_SIZE - 57, '2:50 4:50', PAGE_SIZE + 57],
])('%s', (_name, length, offset, expected, end) => {
  const { bytes, end: actual } = framed(length, offset);
  expect([layout(bytes, offset), actual]).toEqual([expected, end]);
});

test('all fragments of a compressed record say so', () => {
  expect(layout(framed(40_000, 0, true).bytes, 0)).toBe('10:32761 12:7239');
});

test('where a record ends can be known before it is written', () => {
  const places = fc.tuple(fc.nat(3 * PAGE_SIZE), fc.array(fc.nat(PAGE_SIZE + 20), { maxLength: 5 }));
  fc.assert(
    fc.property(places, ([length, before]) => {
      const offset = before.reduce((at, each) => offsetAfter(each, at), 0);
      const { bytes, end } = framed(length, offset);
      expect([end, bytes.length]).toEqual([offsetAfter(length, offset), end - offset]);
    }),
  );
});
