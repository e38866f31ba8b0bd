import { INDEX_FILE } from '../block/index-format.ts';
import { META_FILE } from '../block/meta.ts';
import { TOMBSTONES_FILE } from '../block/tombstones.ts';
import { CHUNKS_DIRECTORY } from '../chunk/segment-format.ts';
import type { Host } from './host.ts';

const FILES = [META_FILE, INDEX_FILE, TOMBSTONES_FILE];

/** `20260102T150405Z-` and 16 hexadecimal digits, as Prometheus calls them. */
export function snapshotName(timeMs: number, digits: string): string {
  const time = new Date(timeMs).toISOString().replace(/\.\d+|[-:]/g, '');
  return `${time}-${digits}`;
}

/** Gives the files of a block a second name. They are never written again: what changes is replaced. */
export async function linkBlock({ fileSystem, link }: Host, from: string, to: string): Promise<void> {
  await fileSystem.makeDirectory(`${to}/${CHUNKS_DIRECTORY}`);
  const there = await fileSystem.list(from);
  for (const name of FILES.filter((file) => there.includes(file))) await link(`${from}/${name}`, `${to}/${name}`);
  for (const name of await fileSystem.list(`${from}/${CHUNKS_DIRECTORY}`)) {
    await link(`${from}/${CHUNKS_DIRECTORY}/${name}`, `${to}/${CHUNKS_DIRECTORY}/${name}`);
  }
  await fileSystem.syncDirectory(`${to}/${CHUNKS_DIRECTORY}`);
  await fileSystem.syncDirectory(to);
}
