import { crc32c } from '../encoding/checksum.ts';
import { readWholeFile } from '../file/byte-source.ts';
import { replaceFile } from '../file/file-sink.ts';
import type { FileSystem } from '../file/file-system.ts';
import { setAsideName } from '../file/set-aside-name.ts';
import { type BlockMeta, formatMeta, MAX_META_BYTES, META_FILE, parseMeta } from './meta.ts';

/**
 * The format has no checksum for `meta.json`, and a digit that flips in it can hide samples or make retention remove
 * blocks. So Hearth adds a field of its own, the last one: the CRC-32C of the file as it is without that field, as eight
 * hexadecimal digits. Prometheus and promtool pass over fields that they do not know, and leave it out when they write the
 * file anew: then it says nothing any more, and is missed by nobody.
 */
const SEAL_FIELD = 'hearthChecksum';

/** Makes the file durable. */
export async function writeMeta(fileSystem: FileSystem, blockDirectory: string, meta: BlockMeta): Promise<void> {
  await replaceFile(fileSystem, `${blockDirectory}/${META_FILE}`, Buffer.from(sealed(formatMeta(meta))));
}

/** The same in place of a damaged file, which is kept beside it. Returns where. */
export async function replaceDamagedMeta(
  fileSystem: FileSystem,
  blockDirectory: string,
  meta: BlockMeta,
): Promise<string> {
  const path = `${blockDirectory}/${META_FILE}`;
  const damaged = await readWholeFile(fileSystem, path, { maxBytes: MAX_META_BYTES });
  const aside = `${blockDirectory}/${await setAsideName(fileSystem, blockDirectory, META_FILE)}`;
  await replaceFile(fileSystem, aside, damaged);
  await writeMeta(fileSystem, blockDirectory, meta);
  return aside;
}

/** What is known of a block from its meta.json. */
export interface StoredMeta {
  /** `undefined` for a file that has a checksum, and another one than it should: nothing in it is to be believed. */
  readonly meta: BlockMeta | undefined;
  readonly isSealed: boolean;
  /** Those that the file has, however it reads otherwise: they make less of the block count as complete. */
  readonly hints: readonly string[];
}

/** Rejects with a `CorruptionError` for a file without a checksum that is no meta.json. */
export async function readStoredMeta(fileSystem: FileSystem, blockDirectory: string): Promise<StoredMeta> {
  const path = `${blockDirectory}/${META_FILE}`;
  const text = (await readWholeFile(fileSystem, path, { maxBytes: MAX_META_BYTES })).toString('utf8');
  const end = text.lastIndexOf(SEAL_START);
  const isSealed = end >= 0;
  const isIntact = !isSealed || text === sealed(text.slice(0, end) + OBJECT_END);
  const hints = Array.from(text.matchAll(HINT), ([, hint]) => hint);
  return { meta: isIntact ? parseMeta(text, path) : undefined, isSealed, hints };
}

const HINT = /"(from-[a-z-]+)"/g;

const SEAL_START = `,\n\t"${SEAL_FIELD}": "`;
const OBJECT_END = '\n}';

function sealed(text: string): string {
  const checksum = crc32c(Buffer.from(text)).toString(16).padStart(8, '0');
  return `${text.slice(0, -OBJECT_END.length)}${SEAL_START}${checksum}"${OBJECT_END}`;
}
