import { describe, expect, test } from 'vitest';
import { noPace, type Sample, type TestSeries, ulidOf, writeTestBlock } from '../db/testing/written-blocks.ts';
import { PageCache } from '../file/page-cache.ts';
import { MemoryDisk } from '../wal/testing/memory-disk.ts';
import { type Block, openBlock } from './block.ts';
import { formatMeta, META_FILE, parseMeta } from './meta.ts';

const HOUR = 3_600_000;
/** Within the two hours before the block of `ulidOf` was made. */
const START = 1_795_298_400_000;
const BLOCK = `/data/${ulidOf(1)}`;
const FILE = `${BLOCK}/${META_FILE}`;
const SERIES: readonly TestSeries[] = ['1', '2'].map((a) => ({
  labels: { a },
  samples: Array.from({ length: 10 }, (_, i): Sample => [START + 1234 + i * 15_000, i]),
}));
const TRUE_TIMES = { minTime: START + 1234, maxTime: START + 1234 + 9 * 15_000 + 1 };

async function writtenBlock(times = { minTime: START, maxTime: START + 2 * HOUR }): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  disk.put('/data/x', new Uint8Array());
  await writeTestBlock(disk, '/data', { ulid: ulidOf(1), series: SERIES, times, parents: [ulidOf(2), ulidOf(3)] });
  return disk;
}

function open(disk: MemoryDisk): Promise<Block> {
  const cache = new PageCache({ budgetBytes: 1 << 20 });
  return openBlock({ fileSystem: disk, directory: BLOCK, cache, pace: noPace });
}

function textIn(disk: MemoryDisk): string {
  return Buffer.from(disk.files.get(FILE)!.content).toString();
}

/** As Prometheus leaves it when it has written it anew. */
function unseal(disk: MemoryDisk, change: (text: string) => string = (text) => text): void {
  disk.put(FILE, Buffer.from(change(formatMeta(parseMeta(textIn(disk), FILE)))));
}

/** All texts in which one digit is another one. */
function* flippedDigits(text: string): Generator<string> {
  for (let i = 0; i < text.length; i++) {
    if (!/\d/.test(text[i])) continue;
    for (let digit = 0; digit <= 9; digit++) {
      if (String(digit) !== text[i]) yield `${text.slice(0, i)}${digit}${text.slice(i + 1)}`;
    }
  }
}

describe('meta.json of a block that Hearth wrote', () => {
  test('is believed', async () => {
    const { meta, doubt } = await open(await writtenBlock());
    expect(doubt).toBeUndefined();
    expect(meta).toMatchObject({ minTime: START, maxTime: START + 2 * HOUR, compaction: { level: 1 } });
    expect(meta.compaction.parents.map(({ ulid }) => ulid)).toEqual([ulidOf(2), ulidOf(3)]);
  });

  test('is not believed with any digit flipped: the samples say what there is', async () => {
    const disk = await writtenBlock();
    let flipped = 0;
    for (const text of flippedDigits(textIn(disk))) {
      disk.put(FILE, Buffer.from(text));
      const block = await open(disk);
      expect(block.doubt).toMatch(/^is not as it was written; .* samples from 20.*Z to 20.*Z$/);
      expect(block.meta).toMatchObject({ ulid: ulidOf(1), ...TRUE_TIMES, stats: { numSeries: 2, numChunks: 6 } });
      expect(block.meta.compaction).toMatchObject({ level: 1, sources: [ulidOf(1)], parents: [], deletable: false });
      await block.close();
      flipped++;
    }
    expect(flipped).toBeGreaterThan(1000);
  });

  test('keeps what says that the block is not all there is of its time', async () => {
    const disk = await writtenBlock();
    const hint = '"level": 1,\n\t\t"hints": ["from-out-of-order"]';
    disk.put(FILE, Buffer.from(textIn(disk).replace('"level": 1', hint)));
    const { meta, doubt } = await open(disk);
    expect([doubt === undefined, meta.compaction.hints]).toEqual([false, ['from-out-of-order']]);
  });
});

describe('meta.json without a checksum', () => {
  test('is believed where nothing speaks against it', async () => {
    const disk = await writtenBlock();
    unseal(disk);
    expect(await open(disk)).toMatchObject({ doubt: undefined, meta: { maxTime: START + 2 * HOUR } });
  });

  test('is believed for a block of some import, which ends with its last sample', async () => {
    const disk = await writtenBlock(TRUE_TIMES);
    unseal(disk);
    expect(await open(disk)).toMatchObject({ doubt: undefined, meta: TRUE_TIMES });
  });

  test('never has an end that hides samples to come with any digit flipped', async () => {
    const disk = await writtenBlock();
    const original = String(START + 2 * HOUR);
    for (const flipped of flippedDigits(original)) {
      if (flipped.startsWith('0')) continue;
      const other = await writtenBlock();
      unseal(other, (text) => text.replace(`"maxTime": ${original}`, `"maxTime": ${flipped}`));
      const block = await open(other).catch((error: Error) => error);
      // One that ends before it begins is set aside.
      if (block instanceof Error) expect(block.message).toMatch(/maxTime \d+ before minTime/);
      else expect(block.meta.maxTime).toBeLessThanOrEqual(START + 2 * HOUR);
    }
    expect(disk.files.has(FILE)).toBe(true);
  });
});
