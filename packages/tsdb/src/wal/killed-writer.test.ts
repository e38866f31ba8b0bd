import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recoverWal } from './recover-wal.ts';
import { bundleProgram } from './testing/bundle-program.ts';
import { endlessCommit } from './testing/endless-commits.ts';
import { type PlainRecord, plainRecord } from './testing/plain-records.ts';

let directory: string;
let program: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-killed-'));
  program = await bundleProgram(join(import.meta.dirname, 'testing/endless-writer.ts'), directory);
}, 60_000);

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

/** Runs the writer until it has had `count` commits accepted, then kills it. Returns their numbers. */
async function writeAndKill(wal: string, first: number, count: number): Promise<number[]> {
  const child: ChildProcess = spawn(process.execPath, [program, wal, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const exited = once(child, 'exit');
  const accepted: number[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    accepted.push(Number(line));
    if (accepted.length === count) child.kill('SIGKILL');
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  return accepted;
}

test('a writer is killed again and again: what was accepted is there, in order, and at most three commits more', async () => {
  const wal = join(directory, 'wal');
  let expected: PlainRecord[] = [];
  let next = 1;
  for (const count of [1, 6, 25, 60, 100]) {
    const accepted = await writeAndKill(wal, next, count);
    const last = Math.max(...accepted);
    for (let n = next; n <= last; n++) expected.push(...endlessCommit(n));

    const read: PlainRecord[] = [];
    const { repairs } = await recoverWal(wal, ({ record }) => void read.push(plainRecord(record)));
    expect(repairs).toEqual([]);
    const more = read.slice(expected.length);
    expect(read.slice(0, expected.length)).toEqual(expected);
    // Whole records of commits that were on their way.
    const underWay = [1, 2, 3].flatMap((i) => endlessCommit(last + i));
    expect(more).toEqual(underWay.slice(0, more.length));
    expected = read;
    next = last + 1 + Math.ceil(more.length / 2);
  }
}, 60_000);
