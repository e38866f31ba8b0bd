import { once } from 'node:events';
import { get } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createPortClaims } from '../net/create-port-claims.ts';
import { isPortTaken } from '../net/listen.ts';
import { eventually } from '../testing/eventually.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { FIXTURE_ENTRY, type FixtureMode, fixtureEnv } from '../testing/fixture.ts';
import { closeServer, freePort, occupyPort } from '../testing/ports.ts';
import { isRunning } from '../testing/processes.ts';
import { createReplica } from './create-replica.ts';
import { forkChild } from './fork-child.ts';
import type { Replica } from './replica.ts';

const host = '127.0.0.1';
const never = new AbortController().signal;

interface Supervised {
  readonly replica: Replica;
  readonly clock: FakeClock;
  /** What the replica's processes wrote, and what was said about them. */
  readonly lines: readonly string[];
  readonly log: readonly string[];
  /** Makes the processes that are started from now on misbehave, or behave. */
  misbehave(mode: FixtureMode | undefined): void;
}

async function create(options: { readonly mode?: FixtureMode; readonly port?: number } = {}): Promise<Supervised> {
  const clock = createFakeClock();
  const lines: string[] = [];
  const log: string[] = [];
  let { mode } = options;
  const replica = createReplica({
    name: 'replica 1',
    wanted: { host, port: options.port ?? (await freePort()) },
    ports: createPortClaims({ host, reserved: [] }),
    launch: ({ port }) =>
      forkChild({
        entry: FIXTURE_ENTRY,
        env: { ...fixtureEnv(mode), HOST: host, PORT: String(port) },
        clock,
        onLine: (line) => lines.push(line),
      }),
    clock,
    log: (line) => log.push(line),
  });
  onTestFinished(() => replica.stop(AbortSignal.abort()));
  return {
    replica,
    clock,
    lines,
    log,
    misbehave: (next) => {
      mode = next;
    },
  };
}

/** The process that answers for the replica. */
async function pidOf({ endpoint }: Replica): Promise<number> {
  const [response] = await once(get({ ...endpoint, agent: false }), 'response');
  const { pid } = (await json(response)) as { pid: number };
  return pid;
}

async function kill(replica: Replica): Promise<void> {
  process.kill(await pidOf(replica), 'SIGKILL');
}

test('listens where it should, and passes on what it writes', async () => {
  const port = await freePort();
  const { replica, lines } = await create({ port });
  expect(replica.endpoint).toBeUndefined();
  await replica.start();
  expect(replica.endpoint).toEqual({ host, port });
  expect(isRunning(await pidOf(replica))).toBe(true);
  expect(lines).toEqual([`listening on ${host}:${port}`]);
});

test('moves to the next port when its own is taken, and says so', async () => {
  const taken = await occupyPort();
  const { replica, log } = await create({ port: taken.port });
  await replica.start();
  expect(replica.endpoint?.port).toBeGreaterThan(taken.port);
  expect(log).toEqual([`replica 1: port ${taken.port} is taken, using ${replica.endpoint?.port}`]);
  await closeServer(taken.server);
});

test('moves on when somebody takes the port after it was found free', async () => {
  const clock = createFakeClock();
  const taken = await occupyPort();
  const claims: number[] = [];
  const replica = createReplica({
    name: 'replica 1',
    wanted: { host, port: taken.port },
    // Says that the taken port is free, as it was when somebody looked.
    ports: {
      claim: async (port) => {
        claims.push(port);
        return port === taken.port ? port : await freePort();
      },
    },
    launch: ({ port }) =>
      forkChild({
        entry: FIXTURE_ENTRY,
        env: { ...fixtureEnv(), HOST: host, PORT: String(port) },
        clock,
        onLine: () => undefined,
      }),
    clock,
    log: () => undefined,
  });
  onTestFinished(() => replica.stop(AbortSignal.abort()));
  await replica.start();
  expect(claims).toEqual([taken.port, taken.port + 1]);
  expect(isRunning(await pidOf(replica))).toBe(true);
  await closeServer(taken.server);
});

test('says why it could not start, with what the process wrote last', async () => {
  const port = await freePort();
  const { replica, clock } = await create({ port, mode: 'crash' });
  await expect(replica.start()).rejects.toMatchObject({
    code: 'HEARTH_REPLICA_START',
    message: [
      `replica 1, which should listen on ${host}:${port}, exited with code 3 before it listened; it wrote:`,
      '  reading the configuration',
      '  no such configuration',
    ].join('\n'),
  });
  expect(clock.waiting()).toEqual([]);
});

test('gives up on a process that never listens, and ends it', async () => {
  const port = await freePort();
  const { replica, clock } = await create({ port, mode: 'deaf' });
  const started = replica.start();
  await clock.whenArmed(30_000);
  clock.advance(30_000);
  await expect(started).rejects.toMatchObject({
    code: 'HEARTH_REPLICA_START',
    message: `replica 1, which should listen on ${host}:${port}, did not listen within 30 s and wrote nothing`,
  });
});

test('is started again on its port after it has died, and is not offered meanwhile', async () => {
  const { replica, clock, log } = await create();
  await replica.start();
  const { endpoint } = replica;
  const firstPid = await pidOf(replica);
  process.kill(firstPid, 'SIGKILL');
  await clock.whenArmed(500);
  expect(replica.endpoint).toBeUndefined();
  clock.advance(500);
  await eventually(() => log.length).toBe(2);
  expect(replica.endpoint).toEqual(endpoint);
  expect(await pidOf(replica)).not.toBe(firstPid);
  expect(log).toEqual([
    'replica 1 was killed by SIGKILL; starting it again in 0.5 s',
    `replica 1 is back on http://${host}:${endpoint?.port}`,
  ]);
});

test('waits longer after each death, and as at first after a life of 30 s', async () => {
  const { replica, clock, log } = await create();
  await replica.start();
  for (const [livedMs, delayMs] of [
    [0, 500],
    [29_999, 1_000],
    [0, 2_000],
    [30_000, 500],
  ]) {
    clock.advance(livedMs);
    await kill(replica);
    await eventually(() => log.at(-1)).toBe(
      `replica 1 was killed by SIGKILL; starting it again in ${delayMs / 1_000} s`,
    );
    clock.advance(delayMs);
    await eventually(() => log.at(-1)).toMatch(/^replica 1 is back/);
  }
});

test('goes on trying when the restart fails', async () => {
  const { replica, clock, log, misbehave } = await create();
  await replica.start();
  misbehave('crash');
  await kill(replica);
  await eventually(() => log.at(-1)).toBe('replica 1 was killed by SIGKILL; starting it again in 0.5 s');
  clock.advance(500);
  await eventually(() => log.at(-1)).toBe('replica 1 exited with code 3 before it listened; starting it again in 1 s');
  misbehave(undefined);
  clock.advance(1_000);
  await eventually(() => log.at(-1)).toMatch(/^replica 1 is back/);
});

test('stopping ends the process and says nothing more about it', async () => {
  const { replica, clock, log } = await create();
  await replica.start();
  const endpoint = replica.endpoint!;
  const pid = await pidOf(replica);
  await Promise.all([replica.stop(never), replica.stop(never)]);
  expect(isRunning(pid)).toBe(false);
  expect(await isPortTaken(endpoint)).toBe(false);
  expect(clock.waiting()).toEqual([]);
  expect(log).toEqual([]);
});

test('a process that does not end when asked is ended after 5 s', async () => {
  const { replica, clock, log } = await create({ mode: 'stubborn' });
  await replica.start();
  const pid = await pidOf(replica);
  const stopped = replica.stop(never);
  clock.advance(4_999);
  expect(isRunning(pid)).toBe(true);
  clock.advance(1);
  await stopped;
  expect(isRunning(pid)).toBe(false);
  expect(log).toEqual(['replica 1 did not stop within 5 s and was killed']);
});

test('a process that does not end when asked is ended at once in a hurry', async () => {
  const { replica } = await create({ mode: 'stubborn' });
  await replica.start();
  const pid = await pidOf(replica);
  const hurry = new AbortController();
  const stopped = replica.stop(hurry.signal);
  hurry.abort();
  await stopped;
  expect(isRunning(pid)).toBe(false);
});

test('stopping between a death and the restart calls the restart off', async () => {
  const { replica, clock } = await create();
  await replica.start();
  await kill(replica);
  await clock.whenArmed(500);
  await replica.stop(never);
  expect(clock.waiting()).toEqual([]);
});

test('stopping while it starts ends the start', async () => {
  const { replica, clock } = await create({ mode: 'deaf' });
  const started = replica.start();
  const failed = expect(started).rejects.toMatchObject({ code: 'HEARTH_STOPPED' });
  await clock.whenArmed(30_000);
  await replica.stop(never);
  await failed;
  expect(clock.waiting()).toEqual([]);
});

test('stopping before the process is there keeps it from being started', async () => {
  const { replica, lines } = await create();
  const failed = expect(replica.start()).rejects.toMatchObject({ code: 'HEARTH_STOPPED' });
  await replica.stop(never);
  await failed;
  expect(lines).toEqual([]);
});

test('what a process writes cannot flood or fool the terminal', async () => {
  const { replica, lines } = await create({ mode: 'shouting' });
  await replica.start();
  await eventually(() => lines.length).toBe(2);
  expect(lines[1]).toMatch(/^A{490,499}…$/);
});

test('a process that cannot even be started is a failed start', async () => {
  const clock = createFakeClock();
  const child = forkChild({
    entry: new URL('./there-is-no-such-file.mjs', import.meta.url),
    env: process.env,
    clock,
    onLine: () => undefined,
  });
  expect(await child.ended).toEqual({ how: 'exited with code 1' });
  expect(child.lastLines().join('\n')).toContain('there-is-no-such-file.mjs');
});
