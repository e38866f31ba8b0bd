import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from './clock.ts';
import { lockDirectory } from './directory-lock.ts';
import { nodeHost } from './node-host.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-host-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

function missingFlock(): string {
  if (process.platform !== 'linux') return ' (skipped: only Linux tells who holds a lock)';
  try {
    execFileSync('flock', ['--version'], { stdio: 'ignore' });
    return '';
  } catch {
    return ' (skipped: flock is not installed)';
  }
}

describe('the machine', () => {
  test('makes a file once', async () => {
    const path = `${directory}/lock`;
    expect(await nodeHost.createExclusively(path, 'a')).toBe(true);
    expect(await nodeHost.createExclusively(path, 'b')).toBe(false);
    expect(await readFile(path, 'utf8')).toBe('a');
    expect(await readdir(directory)).toEqual(['lock']);
    await expect(nodeHost.createExclusively(`${directory}/no/lock`, 'a')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('makes one file when many want to, and shows it with all its content only', async () => {
    const path = `${directory}/lock`;
    const all = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const isMade = await nodeHost.createExclusively(path, `content ${i}`);
        return { isMade, i, seen: await readFile(path, 'utf8') };
      }),
    );
    const [made, ...others] = all.filter(({ isMade }) => isMade);
    expect(others).toEqual([]);
    expect(new Set(all.map(({ seen }) => seen))).toEqual(new Set([`content ${made.i}`]));
    expect(await readdir(directory)).toEqual(['lock']);
  });

  test('tells when a file was written', async () => {
    const path = `${directory}/lock`;
    expect(await nodeHost.tryModifiedMs(path)).toBeUndefined();
    await writeFile(path, 'a');
    await utimes(path, 5, 5);
    expect(await nodeHost.tryModifiedMs(path)).toBe(5000);
    await writeFile(path, 'a');
    expect(await nodeHost.tryModifiedMs(path)).toBeGreaterThan(5000);
  });

  test('gives a file a second name', async () => {
    await writeFile(`${directory}/a`, 'text');
    await nodeHost.link(`${directory}/a`, `${directory}/b`);
    expect((await stat(`${directory}/b`)).nlink).toBe(2);
    await expect(nodeHost.link(`${directory}/a`, `${directory}/b`)).rejects.toMatchObject({ code: 'EEXIST' });
  });

  test('tells free bytes', async () => {
    expect(await nodeHost.freeBytes(directory)).toBeGreaterThan(0);
  });

  test('tells processes apart, and knows when one has ended', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    const { pid } = child;
    if (pid === undefined) throw new Error('sleep does not start');
    const started = await nodeHost.tryProcessStart(pid);
    expect(started).toBeDefined();
    expect(await nodeHost.tryProcessStart(pid)).toBe(started);
    const own = await nodeHost.tryProcessStart(process.pid);
    if (process.platform === 'linux') expect(started).not.toBe(own);
    await writeFile(`${directory}/lock`, JSON.stringify({ pid, host: nodeHost.name, started }));
    const options = { host: nodeHost, clock: systemClock, directory, log: () => {} };
    await expect(lockDirectory(options)).rejects.toThrow(`process ${pid} on`);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    expect(await nodeHost.tryProcessStart(pid)).toBeUndefined();
    await (await lockDirectory(options)).release();
  });

  const reason = missingFlock();
  test.skipIf(reason !== '')(`tells who holds a flock${reason}`, async () => {
    const path = `${directory}/lock`;
    expect(await nodeHost.tryFlockHolder(path)).toBeUndefined();
    await writeFile(path, '');
    expect(await nodeHost.tryFlockHolder(path)).toBeUndefined();
    const child = spawn('flock', ['--no-fork', path, 'sh', '-c', 'echo held; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    expect(await nodeHost.tryFlockHolder(path)).toBe(child.pid);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  });
});
