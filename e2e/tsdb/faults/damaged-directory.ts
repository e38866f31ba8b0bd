import { createHash } from 'node:crypto';
import { copyFile, mkdir, open, readdir, readFile, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createMatcher } from '@hearth/model';
import type { Db } from '../../../packages/tsdb/src/index.ts';
import { readWal } from '../../../packages/tsdb/src/wal/index.ts';
import { commitScrapes, deletedAfter, deletionOf, scrapeAt, scrapeTime } from './feed.ts';
import { openSmall } from './opened.ts';

/** What lies in a data directory, by kind. */
export const KINDS = {
  'segment of the log': /^wal\/\d{8}$/,
  checkpoint: /^wal\/checkpoint\.\d{8}\/\d{8}$/,
  'head chunks': /^chunks_head\/\d{6}$/,
  index: /^[0-9A-Z]{26}\/index$/,
  chunks: /^[0-9A-Z]{26}\/chunks\/\d{6}$/,
  'meta.json': /^[0-9A-Z]{26}\/meta\.json$/,
  tombstones: /^[0-9A-Z]{26}\/tombstones$/,
} as const;

export type Kind = keyof typeof KINDS;

/** Changes a file at one place. */
export interface Damage {
  readonly file: string;
  readonly what: 'flip' | 'cut';
  readonly byte: number;
  readonly bit: number;
}

/** The last scrape of the prepared directory. */
export const LAST_SCRAPE = 760;
const DELETED_AT = 750;

/** Whether a sample of the prepared directory was deleted. */
export function isDeleted(n: number, i: number): boolean {
  const deletion = deletionOf(n, i);
  return deletion !== undefined && deletion <= LAST_SCRAPE;
}

/** Fills a directory with all kinds of files: blocks of two sizes, deletions, a checkpoint, segments and head chunks. */
export async function prepareDirectory(directory: string): Promise<void> {
  const { db, complaints } = await openSmall(directory, { walSegmentBytes: 32 * 1024 });
  for (let n = 0; n <= LAST_SCRAPE; n++) {
    await commitScrapes(db, n, n);
    if (n % 100 === 0) await db.compact();
    if (n === DELETED_AT) await deleteAll(db);
  }
  await db.close();
  if (complaints().length > 0) throw new Error(complaints().join('\n'));
}

/** Of blocks and of the head. */
async function deleteAll(db: Db): Promise<void> {
  for (let n = 0; n <= LAST_SCRAPE; n++) {
    const deleted = deletedAfter(n);
    if (deleted === undefined) continue;
    const range = { startMs: scrapeTime(deleted[0]), endMs: scrapeTime(deleted[1]) };
    await db.deleteSeries([createMatcher('=', 'i', '0')], range);
  }
}

/** The paths of all files, relative to the directory. */
export async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

export async function copyDirectory(from: string, to: string): Promise<void> {
  for (const file of await filesIn(from)) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    await copyFile(join(from, file), join(to, file));
  }
}

export async function applyDamage(directory: string, { file, what, byte, bit }: Damage): Promise<void> {
  const path = join(directory, file);
  if (what === 'cut') return truncate(path, byte);
  const handle = await open(path, 'r+');
  const buffer = Buffer.alloc(1);
  await handle.read(buffer, 0, 1, byte);
  buffer[0] ^= 1 << bit;
  await handle.write(buffer, 0, 1, byte);
  await handle.close();
}

export async function sizeOf(directory: string, file: string): Promise<number> {
  return (await stat(join(directory, file))).size;
}

/** By path, what tells contents apart. */
export async function contentsOf(directory: string): Promise<ReadonlyMap<string, string>> {
  const contents = new Map<string, string>();
  for (const file of await filesIn(directory)) {
    const bytes = await readFile(join(directory, file));
    contents.set(file, createHash('sha1').update(bytes).digest('hex'));
  }
  return contents;
}

/** A record in the log. */
export interface LoggedRecord {
  readonly file: string;
  readonly offset: number;
  /** Where the next record of the file begins; Infinity for the last one. */
  readonly end: number;
  /** The scrape whose samples it holds. */
  readonly scrape: number | undefined;
}

export async function loggedRecords(directory: string): Promise<LoggedRecord[]> {
  const records: { -readonly [K in keyof LoggedRecord]: LoggedRecord[K] }[] = [];
  for await (const { record, position, inCheckpoint } of readWal(join(directory, 'wal'))) {
    const name = String(position.segment).padStart(8, '0');
    const file = inCheckpoint ? `checkpoint ${name}` : `wal/${name}`;
    const scrape = record.kind === 'samples' ? scrapeAt(record.samples.timestamps[0]) : undefined;
    const before = records.at(-1);
    if (before?.file === file) before.end = position.offset;
    records.push({ file, offset: position.offset, end: Infinity, scrape });
  }
  return records;
}
