import { HEAD_CHUNKS_DIRECTORY } from '../../chunk/head-chunk-format.ts';
import { HeadChunks } from '../../chunk/head-chunks.ts';
import type { Pace } from '../../file/pace.ts';
import { PageCache } from '../../file/page-cache.ts';
import { createPace } from '../../wal/node-pace.ts';
import { readWal } from '../../wal/read-wal.ts';
import { WalError } from '../../wal/wal-error.ts';
import type { Host } from '../host.ts';
import { isBlockName, isLeftover, UNREADABLE_SUFFIX } from '../names.ts';
import { nodeHost } from '../node-host.ts';
import { OverlayFileSystem } from '../overlay-file-system.ts';
import type { Finding } from './finding.ts';
import { findingOf, verifyBlock } from './verify-block.ts';

export type { Finding } from './finding.ts';

const CACHE_BYTES = 8 * 1024 * 1024;

export interface VerifyDirectoryOptions {
  readonly host?: Pick<Host, 'fileSystem'>;
  readonly pace?: Pace;
}

/**
 * Reads a whole data directory, checks all that the formats allow to check, and gives what it finds, as it finds it;
 * nothing for a sound one. Changes nothing. What a crash may leave and the next start repairs is a finding too. A
 * directory that is being written shows findings that are none: verify a snapshot instead.
 */
export async function* verifyDirectory(
  directory: string,
  options: VerifyDirectoryOptions = {},
): AsyncGenerator<Finding> {
  const { host = nodeHost, pace = createPace() } = options;
  const fileSystem = new OverlayFileSystem(host.fileSystem);
  const cache = new PageCache({ budgetBytes: CACHE_BYTES });
  const names = (await fileSystem.list(directory)).toSorted();
  for (const name of names) {
    const place = `${directory}/${name}`;
    if (isBlockName(name)) yield* verifyBlock(place, { fileSystem, cache, pace });
    if (isLeftover(name)) yield { place, problem: 'was not finished when a process ended; the next start removes it' };
    if (name.includes(UNREADABLE_SUFFIX))
      yield { place, problem: 'is a block that could not be read and was set aside' };
  }
  if (names.includes('wal')) yield* verifyWal(`${directory}/wal`, fileSystem, pace);
  if (names.includes(HEAD_CHUNKS_DIRECTORY)) {
    yield* verifyHeadChunks(`${directory}/${HEAD_CHUNKS_DIRECTORY}`, fileSystem, cache);
  }
}

async function* verifyWal(place: string, fileSystem: OverlayFileSystem, pace: Pace): AsyncGenerator<Finding> {
  const log = readWal(place, { fileSystem, pace });
  try {
    // Reading is checking: each record is decoded as it goes by.
    for await (const entry of log) void entry;
  } catch (error) {
    if (error instanceof WalError) yield { place: error.file, problem: error.message };
    else yield findingOf(error, place);
  }
  const { tornTail, unsupported } = log.report;
  if (tornTail !== undefined) {
    const problem = `ends within a record, ${tornTail.bytes} bytes from byte ${tornTail.offset} on; the next start cuts it off`;
    yield { place: tornTail.file, problem };
  }
  for (const [kind, count] of unsupported)
    yield { place, problem: `${count} records of a kind that is not read: ${kind}` };
}

async function* verifyHeadChunks(
  place: string,
  fileSystem: OverlayFileSystem,
  cache: PageCache,
): AsyncGenerator<Finding> {
  let chunks: HeadChunks | undefined;
  try {
    chunks = await HeadChunks.open({ fileSystem, directory: place, cache });
    await chunks.scan(() => {});
  } catch (error) {
    yield findingOf(error, place);
  } finally {
    await chunks?.close();
  }
}
