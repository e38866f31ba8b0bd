import { expect, test } from 'vitest';
import { ByteWriter } from '../encoding/byte-writer.ts';
import { crc32c } from '../encoding/checksum.ts';
import { memorySource } from '../testing/memory-source.ts';
import { scanRecords } from './scan.ts';

/** Strings of 0 to 60,000 bytes, together several pieces long. */
function strings(): { readonly bytes: Uint8Array; readonly texts: readonly string[] } {
  const texts = Array.from({ length: 50 }, (_, i) => String.fromCharCode(97 + (i % 26)).repeat((i * 7919) % 60_000));
  const writer = new ByteWriter();
  for (const text of texts) writer.uvarintString(text);
  return { bytes: writer.copy(), texts };
}

test('visits every record once, wherever the pieces end, and sums all bytes', async () => {
  const { bytes, texts } = strings();
  const found: string[] = [];
  const sum = await scanRecords(memorySource(bytes), { offset: 0, end: bytes.length }, (reader) => {
    const text = reader.uvarintString();
    if (reader.failure === undefined) found.push(text);
    return true;
  });
  expect(found).toEqual(texts);
  expect(sum).toBe(crc32c(bytes));
});

test('knows the place in the file', async () => {
  const offsets: number[] = [];
  await scanRecords(memorySource(new Uint8Array(100)), { offset: 90, end: 98 }, (reader) => {
    offsets.push(reader.offset);
    reader.uint32();
    return true;
  });
  expect(offsets).toEqual([90, 94]);
});

test('ends where the visitor says so', async () => {
  const { bytes } = strings();
  const source = memorySource(bytes);
  let count = 0;
  await scanRecords(source, { offset: 0, end: bytes.length }, (reader) => {
    reader.uvarintString();
    return ++count < 3;
  });
  expect([count, source.reads.length]).toEqual([3, 1]);
});

test('throws for a record that the range cuts off', async () => {
  const { bytes } = strings();
  const scan = scanRecords(memorySource(bytes), { offset: 0, end: bytes.length - 1 }, (reader) => {
    reader.uvarintString();
    return true;
  });
  await expect(scan).rejects.toMatchObject({ name: 'CorruptionError', code: 'truncated' });
});
