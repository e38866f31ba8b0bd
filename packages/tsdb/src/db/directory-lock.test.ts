import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { MemoryDisk } from '../wal/testing/memory-disk.ts';
import type { DbClock } from './clock.ts';
import type { DbLogLine } from './db-log.ts';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import { createManualClock, createMemoryHost, type MemoryHost } from './testing/memory-host.ts';

const NOW = 1_700_000_000_000;
const PATH = '/data/lock';

/** A machine whose clock is also that of the disk. */
function machine(lock?: string, name = 'here') {
  const disk = new MemoryDisk();
  const clock = createManualClock(NOW);
  disk.now = clock.now;
  disk.put('/data/x', new Uint8Array());
  if (lock !== undefined) disk.put(PATH, Buffer.from(lock));
  return { disk, clock, host: createMemoryHost(disk, { name }), log: [] as DbLogLine[] };
}

type Machine = ReturnType<typeof machine>;

/** Another machine with the same disk and time. */
function besides({ disk, clock }: Machine, name: string): Machine {
  return { disk, clock, host: createMemoryHost(disk, { name }), log: [] };
}

function lock({ host, clock, log }: Omit<Machine, 'disk' | 'host'> & { host: MemoryHost }): Promise<DirectoryLock> {
  return lockDirectory({ host, clock, directory: '/data', log: (line) => log.push(line) });
}

function holder(fields: { pid?: number; host?: string; started?: string }): string {
  return JSON.stringify({ pid: 7, host: 'here', started: 'boot 5', ...fields });
}

async function passSecond({ clock }: Pick<Machine, 'clock'>): Promise<void> {
  clock.advance(1000);
  await setImmediate();
}

/** Lets time pass until the work is done: how many seconds it takes, and what it comes to. */
async function timed<T>(on: Machine, work: Promise<T>, everySecond: (second: number) => unknown = () => {}) {
  let isDone = false;
  const result = Promise.allSettled([work]).then(([only]) => {
    isDone = true;
    return only;
  });
  await setImmediate();
  let seconds = 0;
  for (; !isDone && seconds < 1000; seconds++) {
    await everySecond(seconds);
    await passSecond(on);
  }
  return { seconds, result: await result };
}

describe('the lock of a data directory', () => {
  test('says who has it, and goes with them', async () => {
    const here = machine();
    const held = await lock(here);
    expect(JSON.parse(here.disk.content(PATH).toString())).toEqual({ pid: 100, host: 'here', started: 'boot 1' });
    await held.release();
    expect(here.disk.files.has(PATH)).toBe(false);
  });

  test('refuses the same process', async () => {
    const here = machine();
    await lock(here);
    await expect(lock(here)).rejects.toMatchObject({
      code: 'locked',
      message: '/data/lock: this process on here uses the data directory already',
    });
  });

  test('refuses while another process runs', async () => {
    const here = machine(holder({}));
    here.host.processes.set(7, 'boot 5');
    await expect(lock(here)).rejects.toThrow('process 7 on here uses the data directory already');
  });

  test('refuses while another process holds a flock, as Prometheus does', async () => {
    const here = machine('');
    here.host.flockHolder = 9;
    await expect(lock(here)).rejects.toThrow('process 9 uses the data directory, for instance Prom');
  });

  test.each([
    ['a process that has ended', holder({}), undefined],
    ['a process whose number another one has now', holder({}), 'boot 6'],
    ['a process from before the machine was started', holder({}), 'other-boot 5'],
    ['this number, but another run', holder({ pid: 100, started: 'boot 0' }), undefined],
    ['Prometheus, which has ended', '', undefined],
    ['a process that ended while it wrote', '{"pid":7,"ho', undefined],
  ])('takes over from %s', async (_, text, started) => {
    const here = machine(text);
    if (started !== undefined) here.host.processes.set(7, started);
    await lock(here);
    expect(here.disk.content(PATH).toString()).toContain('"pid":100');
    expect([...here.disk.files.keys()].sort()).toEqual([PATH, '/data/x']);
  });

  test('is not given up for one that another process has taken meanwhile', async () => {
    const here = machine();
    const held = await lock(here);
    here.disk.put(PATH, Buffer.from(holder({})));
    await held.release();
    expect(here.disk.content(PATH).toString()).toBe(holder({}));
  });
});

describe('the lock of another machine', () => {
  test.each([
    ['at once when it is half a minute old', 30_000, 0],
    ['at once when it is a day old', 86_400_000, 0],
    ['after half a minute when it is new', 0, 30],
    ['when it has become half a minute old', 25_000, 5],
    ['when it has become half a minute old, to the full second', 29_500, 1],
    ['after half a minute when it is from the future', -86_400_000, 30],
  ])('is taken over %s', async (_, ageMs, expected) => {
    const here = machine();
    here.disk.now = () => NOW - ageMs;
    here.disk.put(PATH, Buffer.from(holder({ host: 'there' })));
    here.disk.now = here.clock.now;
    const { seconds, result } = await timed(here, lock(here));
    expect(result.status).toBe('fulfilled');
    expect(seconds).toBe(expected);
    expect(here.disk.content(PATH).toString()).toContain('"host":"here"');
    expect([...here.disk.files.keys()].sort()).toEqual([PATH, '/data/x']);
    const waiting = `/data/lock: waiting up to ${expected} s for a sign that its process still runs`;
    expect(here.log).toEqual([
      ...(expected > 0 ? [{ level: 'info', message: waiting }] : []),
      {
        level: 'warn',
        message: '/data/lock: process 7 on there no longer refreshes the file, which is taken over',
      },
    ]);
  });

  test.each([
    ['its own machine', 0],
    ['a disk whose clock is an hour behind', -3_600_000],
    ['a disk whose clock is an hour ahead', 3_600_000],
  ])('is refused as soon as it is seen to be refreshed, by the time of %s', async (_, skewMs) => {
    const there = machine(undefined, 'there');
    there.disk.now = () => there.clock.now() + skewMs;
    await lock(there);
    const here = besides(there, 'here');
    const { seconds, result } = await timed(here, lock(here));
    expect(result).toMatchObject({
      reason: { code: 'locked', message: '/data/lock: process 100 on there uses the data directory already' },
    });
    expect(seconds).toBeGreaterThanOrEqual(9);
    expect(seconds).toBeLessThanOrEqual(11);
    expect(there.log).toEqual([]);
  });

  test('is taken as soon as it is given up', async () => {
    const there = machine(undefined, 'there');
    const held = await lock(there);
    const here = besides(there, 'here');
    const { seconds, result } = await timed(here, lock(here), (second) => second === 3 && held.release());
    expect(result.status).toBe('fulfilled');
    expect(seconds).toBe(4);
  });

  test('keeps the process alive while it is watched, and not while it is held', async () => {
    const here = machine(holder({ host: 'there' }));
    const after = vi.spyOn(here.clock, 'after');
    const { seconds } = await timed(here, lock(here));
    const kept = after.mock.calls.map(([, , options]) => options?.keepsAlive ?? false);
    expect(kept).toEqual([...Array.from({ length: seconds }, () => true), false]);
  });

  test('goes to one of several that wait for it, and the others name that one', async () => {
    const first = machine(holder({ host: 'there' }));
    const others = ['b', 'c', 'd'].map((name) => besides(first, name));
    const all = [first, ...others];
    const { result } = await timed(first, Promise.allSettled(all.map(lock)));
    if (result.status === 'rejected') throw result.reason;
    const holders = all.filter((_, i) => result.value[i].status === 'fulfilled').map(({ host }) => host.name);
    expect(holders).toHaveLength(1);
    const refusals = result.value.filter((each) => each.status === 'rejected').map(({ reason }) => String(reason));
    for (const refusal of refusals) expect(refusal).toContain(`process 100 on ${holders[0]} uses the data directory`);
    expect(JSON.parse(first.disk.content(PATH).toString())).toMatchObject({ host: holders[0] });
    expect([...first.disk.files.keys()].sort()).toEqual([PATH, '/data/x']);
  });
});

describe('processes that start at once', () => {
  const PIDS = [101, 102, 103];

  /** A process that goes on when the scheduler says so. */
  function scheduled(disk: MemoryDisk, pid: number, scheduler: fc.Scheduler): MemoryHost {
    const own = { ...createMemoryHost(disk), pid };
    const fileSystem = Object.assign(Object.create(disk) as MemoryDisk, {
      open: scheduler.scheduleFunction(disk.open.bind(disk)),
      remove: scheduler.scheduleFunction(disk.remove.bind(disk)),
    });
    return {
      ...own,
      fileSystem,
      createExclusively: scheduler.scheduleFunction(own.createExclusively.bind(own)),
      tryProcessStart: scheduler.scheduleFunction(async (other) => (PIDS.includes(other) ? 'boot 1' : undefined)),
    };
  }

  test.each([
    ['where one was killed', [PATH]],
    ['where one was killed while it took over from another', [PATH, `${PATH}.takeover`]],
    ['where that happened twice', [PATH, `${PATH}.takeover`, `${PATH}.takeover.takeover`]],
  ])('are one that has it and others that are refused, %s', async (_, left) => {
    const property = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const { disk } = machine();
      for (const [i, path] of left.entries()) disk.put(path, Buffer.from(holder({ pid: i + 1 })));
      const clock: DbClock = {
        now: () => NOW,
        after: (_delayMs, run, options) => {
          if (options?.keepsAlive === true) void scheduler.schedule(Promise.resolve()).then(run);
          return () => {};
        },
      };
      const starts = PIDS.map((pid) => {
        return lockDirectory({ host: scheduled(disk, pid, scheduler), clock, directory: '/data', log: () => {} });
      });
      const outcomes = await scheduler.waitFor(Promise.allSettled(starts));
      const holders = PIDS.filter((__, i) => outcomes[i].status === 'fulfilled');
      const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
      const [pid] = holders;
      expect([holders.length, refusals.length]).toEqual([1, 2]);
      expect(JSON.parse(disk.content(PATH).toString())).toMatchObject({ pid });
      for (const refusal of refusals) {
        expect(refusal).toBe(`DbError: /data/lock: process ${pid} on here uses the data directory already`);
      }
      expect([...disk.files.keys()].sort()).toEqual([PATH, '/data/x']);
    });
    await fc.assert(property, { numRuns: 300 });
  });
});

describe('a lock that is held', () => {
  async function passSeconds(on: Machine, count: number): Promise<void> {
    for (let second = 0; second < count; second++) await passSecond(on);
  }

  test('is refreshed every ten seconds until it is released', async () => {
    const here = machine();
    const held = await lock(here);
    const content = here.disk.content(PATH).toString();
    const ages: number[] = [];
    for (let second = 1; second <= 30; second++) {
      await passSecond(here);
      ages.push((here.clock.now() - (here.disk.files.get(PATH)?.modifiedMs ?? 0)) / 1000);
    }
    expect(ages.join(' ')).toBe(Array.from({ length: 3 }, () => '1 2 3 4 5 6 7 8 9 0').join(' '));
    expect(here.disk.content(PATH).toString()).toBe(content);
    await held.release();
    here.disk.operations.length = 0;
    await passSeconds(here, 30);
    expect(here.disk.operations).toEqual([]);
  });

  test('lets a refresh that has begun end before it goes', async () => {
    const here = machine();
    const held = await lock(here);
    here.disk.operations.length = 0;
    here.clock.advance(10_000);
    await held.release();
    await passSeconds(here, 30);
    const operations = here.disk.operations.map((operation) => operation.split(' ')[0]).join(' ');
    expect(operations).toBe('open read write close open size read close remove');
    expect(here.disk.files.has(PATH)).toBe(false);
  });

  test.each(['open', 'read', 'write', 'close'])('outlives a disk that fails to %s, in silence', async (failing) => {
    const here = machine();
    const held = await lock(here);
    here.disk.faults.failing = (operation) => (operation === failing ? 'EIO' : undefined);
    await passSeconds(here, 25);
    here.disk.faults = {};
    await passSeconds(here, 5);
    expect(here.disk.files.get(PATH)?.modifiedMs).toBe(here.clock.now());
    expect(here.log).toEqual([]);
    await held.release();
  });

  test('says when another process has taken it, and leaves that one its file', async () => {
    const here = machine();
    const held = await lock(here);
    here.disk.put(PATH, Buffer.from(holder({ host: 'there' })));
    await passSeconds(here, 40);
    expect(here.log).toEqual([
      { level: 'error', message: '/data/lock: another process has taken the data directory from this one' },
    ]);
    expect(here.disk.files.get(PATH)?.modifiedMs).toBe(NOW);
    await held.release();
    expect(here.disk.content(PATH).toString()).toBe(holder({ host: 'there' }));
  });
});
