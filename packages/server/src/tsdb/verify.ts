import { join } from 'node:path';
import { type Finding, type Host, isBlockName, verifyDirectory } from '@hearth/tsdb';
import { isSystemError } from './failures.ts';
import { createStoppablePace } from './stoppable-pace.ts';

export interface VerifyOptions {
  readonly directory: string;
  readonly host: Pick<Host, 'fileSystem'>;
  readonly signal: AbortSignal;
  /** Told now and then how many of how many bytes have been read. */
  readonly progress: (done: number, total: number) => void;
}

export interface Verification {
  readonly findings: AsyncIterable<Finding>;
  readonly blockCount: number;
  readonly totalBytes: number;
}

/** Reads everything in a data directory, and gives what is wrong with it as it is found. */
export async function verify({ directory, host, signal, progress }: VerifyOptions): Promise<Verification> {
  const totalBytes = await bytesBelow(directory, host.fileSystem);
  let done = 0;
  const fileSystem = countReads(host.fileSystem, (bytes) => {
    done += bytes;
    progress(done, totalBytes);
  });
  const names = await fileSystem.list(directory);
  const findings = verifyDirectory(directory, { host: { fileSystem }, pace: createStoppablePace(signal) });
  return { findings, blockCount: names.filter(isBlockName).length, totalBytes };
}

/** One line: where it is, what is wrong, and what that means. */
export function renderFinding({ place, problem }: Finding): string {
  const meaning = meaningOf(place, problem);
  return `${place}: ${problem}${meaning === undefined ? '' : ` → ${meaning}`}`;
}

const OPENING_FAILS = 'the block cannot be opened; the next start sets it aside';

/** The first that fits counts. */
const MEANINGS: readonly (readonly [place: RegExp, problem: RegExp, meaning: string])[] = [
  [/\/wal(\/|$)/, /a kind that is not read/, 'they are left out; the samples beside them are read'],
  [/\/wal(\/|$)/, /^corruption|missing/, 'the next start keeps what comes before and sets the rest aside'],
  [
    /\/chunks_head(\/|$)/,
    /^corruption|exist/,
    'the next start drops this and later files; samples that the log has stay',
  ],
  [/\/meta\.json$/, /^is not as it was written/, 'the next start goes by the index and writes the file anew'],
  [/\/meta\.json$/, /^num/, 'a number for people is wrong; the samples are not affected'],
  [/\/meta\.json$/, /./, OPENING_FAILS],
  [/\/tombstones$/, /./, OPENING_FAILS],
  [/\/chunks(\/|$)/, /magic|version|does not exist/, OPENING_FAILS],
  [/\/chunks(\/|$)/, /./, 'queries lack samples of that time, or give them wrongly'],
  [/\/index$/, /./, 'queries lack series of this block, or all of it'],
];

function meaningOf(place: string, problem: string): string | undefined {
  return MEANINGS.find(([places, problems]) => places.test(place) && problems.test(problem))?.[2];
}

async function bytesBelow(path: string, fileSystem: Host['fileSystem']): Promise<number> {
  let names: readonly string[];
  try {
    names = await fileSystem.list(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error.code === 'ENOTDIR' ? sizeOf(path, fileSystem) : 0;
  }
  let bytes = 0;
  for (const name of names) bytes += await bytesBelow(join(path, name), fileSystem);
  return bytes;
}

async function sizeOf(path: string, fileSystem: Host['fileSystem']): Promise<number> {
  const file = await fileSystem.open(path, 'read');
  try {
    return await file.size();
  } finally {
    await file.close();
  }
}

/** The same file system, which tells how many bytes are read. */
function countReads(fileSystem: Host['fileSystem'], onRead: (bytes: number) => void): Host['fileSystem'] {
  return {
    async open(path, access) {
      const file = await fileSystem.open(path, access);
      return {
        async read(into, position) {
          const count = await file.read(into, position);
          onRead(count);
          return count;
        },
        write: (bytes, position) => file.write(bytes, position),
        truncate: (size) => file.truncate(size),
        size: () => file.size(),
        sync: () => file.sync(),
        close: () => file.close(),
      };
    },
    list: (directory) => fileSystem.list(directory),
    makeDirectory: (path) => fileSystem.makeDirectory(path),
    rename: (from, to) => fileSystem.rename(from, to),
    copy: (from, to) => fileSystem.copy(from, to),
    remove: (path) => fileSystem.remove(path),
    syncDirectory: (path) => fileSystem.syncDirectory(path),
  };
}
