import { writeSync } from 'node:fs';
import { openWal } from '../open-wal.ts';
import { recoverWal } from '../recover-wal.ts';
import { PAGE_SIZE } from '../segment-format.ts';
import { endlessCommit } from './endless-commits.ts';
import { encoded } from './plain-records.ts';

/**
 * A program that logs commits until it is killed: it recovers the log in the directory that is its first argument,
 * goes on with the commit that the second one numbers, three at a time, and prints each number once it was accepted.
 */
const [directory, first] = process.argv.slice(2);
let next = Number(first);

await recoverWal(directory, () => {});
const wal = await openWal(directory, { segmentSize: 4 * PAGE_SIZE });

async function logForEver(): Promise<never> {
  for (;;) {
    const n = next++;
    await wal.log(endlessCommit(n).flatMap(encoded));
    writeSync(1, `${n}\n`);
  }
}

await Promise.all([logForEver(), logForEver(), logForEver()]);
