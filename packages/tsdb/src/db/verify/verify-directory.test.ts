import { describe, expect, test } from 'vitest';
import { writeMeta } from '../../block/sealed-meta.ts';
import { writeTombstones } from '../../block/tombstones.ts';
import { MemoryDisk } from '../../wal/testing/memory-disk.ts';
import { createMemoryHost } from '../testing/memory-host.ts';
import { noPace, openTestBlock, ulidOf, writeTestBlock } from '../testing/written-blocks.ts';
import { verifyDirectory } from './verify-directory.ts';

const BLOCK = `/data/${ulidOf(1)}`;

async function diskWithBlock(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  disk.put('/data/x', new Uint8Array());
  const series = ['a', 'b', 'c'].map((s) => ({
    labels: { s, job: 'x' },
    samples: [
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
      [5, 5],
    ] as const,
  }));
  await writeTestBlock(disk, '/data', { ulid: ulidOf(1), series });
  return disk;
}

async function findingsOf(disk: MemoryDisk): Promise<string[]> {
  const findings: string[] = [];
  for await (const { place, problem } of verifyDirectory('/data', { host: createMemoryHost(disk), pace: noPace })) {
    findings.push(`${place}: ${problem}`);
  }
  return findings;
}

describe('verifying a data directory', () => {
  test('finds nothing in a sound one', async () => {
    expect(await findingsOf(await diskWithBlock())).toEqual([]);
  });

  test.each(['index', 'chunks/000001', 'tombstones'])(
    'finds any byte of %s that is not as it was written',
    async (file) => {
      const sound = await diskWithBlock();
      const { length } = sound.content(`${BLOCK}/${file}`);
      const unnoticed: number[] = [];
      for (let at = 0; at < length; at++) {
        const disk = sound.clone();
        disk.content(`${BLOCK}/${file}`)[at] ^= 1 << (at % 8);
        if ((await findingsOf(disk)).length === 0) unnoticed.push(at);
      }
      // Zeros that pad a header, sections and series to their alignment, and the label indices, which nobody reads.
      const bytes = sound.content(`${BLOCK}/${file}`);
      expect(unnoticed.filter((at) => bytes[at] !== 0 && !isUnread(bytes, file, at))).toEqual([]);
    },
  );

  test('finds any file that is cut', async () => {
    const sound = await diskWithBlock();
    for (const file of ['index', 'chunks/000001', 'tombstones', 'meta.json']) {
      for (let length = 0; length < sound.content(`${BLOCK}/${file}`).length; length += 3) {
        const disk = sound.clone();
        disk.put(`${BLOCK}/${file}`, sound.content(`${BLOCK}/${file}`).subarray(0, length));
        expect(await findingsOf(disk), `${file} cut to ${length}`).not.toEqual([]);
      }
    }
  });

  test('finds numbers in meta.json that are wrong', async () => {
    const disk = await diskWithBlock();
    const { meta, view } = await openTestBlock(disk, BLOCK);
    const stats = { numSamples: 14, numSeries: 4, numChunks: 5, numTombstones: 2 };
    await writeMeta(disk, BLOCK, { ...meta, maxTime: 5, stats });
    const [ref] = await view.index.allPostings();
    await writeTombstones(disk, BLOCK, new Map([[ref, [{ minTime: 1, maxTime: 2 }]]]));
    expect((await findingsOf(disk)).map((line) => line.slice(BLOCK.length + 1))).toEqual([
      'chunks: a chunk from 5 to 5 is outside of the block, in series {job="x", s="a"}',
      'chunks: a chunk from 5 to 5 is outside of the block, in series {job="x", s="b"}',
      'chunks: a chunk from 5 to 5 is outside of the block, in series {job="x", s="c"}',
      'meta.json: numSeries is 4, and there are 3',
      'meta.json: numChunks is 5, and there are 6',
      'meta.json: numSamples is 14, and there are 15',
      'meta.json: numTombstones is 2, and there are 1',
    ]);
  });

  test('finds leftovers, and damage in log and head chunks', async () => {
    const disk = await diskWithBlock();
    disk.put(`/data/${ulidOf(2)}.tmp-for-creation/index`, new Uint8Array(1));
    disk.put(`/data/${ulidOf(3)}.unreadable/index`, new Uint8Array(1));
    disk.put('/data/wal/00000000', new Uint8Array(40_000).fill(7));
    disk.put('/data/chunks_head/000001', new Uint8Array(100).fill(7));
    const before = [...disk.files.keys()];
    expect(await findingsOf(disk)).toEqual([
      `/data/${ulidOf(2)}.tmp-for-creation: was not finished when a process ended; the next start removes it`,
      `/data/${ulidOf(3)}.unreadable: is a block that could not be read and was set aside`,
      expect.stringMatching(/^\/data\/wal\/00000000: corruption at byte 0: checksum/),
      expect.stringMatching(/^\/data\/chunks_head\/000001: corruption at byte 4: magic number/),
    ]);
    expect([...disk.files.keys()]).toEqual(before);
  });
});

/** Whether a byte lies in the label indices of an index or in their table: from the third to the fifth offset at the end. */
function isUnread(bytes: Buffer, file: string, at: number): boolean {
  if (file !== 'index') return false;
  const toc = bytes.length - 52;
  const offset = (section: number) => Number(bytes.readBigUInt64BE(toc + 8 * section));
  const isLabelIndex = at >= offset(2) && at < offset(4);
  const isTable = at >= offset(3) && at < offset(5);
  return isLabelIndex || isTable;
}
