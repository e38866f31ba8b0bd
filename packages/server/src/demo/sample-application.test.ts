import { once } from 'node:events';
import { get } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { FIXTURE_ENTRY, type FixtureMode, fixtureEnv } from '../testing/fixture.ts';
import { pidAt } from '../testing/hearth-process.ts';
import { freePort } from '../testing/ports.ts';
import { isRunning } from '../testing/processes.ts';
import { createRecordingTerminal, type RecordingTerminal } from '../testing/recording-terminal.ts';
import { systemClock } from '../time/system-clock.ts';
import type { Part } from './part.ts';
import { createSampleApplication } from './sample-application.ts';

const host = '127.0.0.1';
const never = new AbortController().signal;

interface Created {
  readonly part: Part;
  readonly terminal: RecordingTerminal;
  readonly firstReplicaPort: number;
}

async function create(mode?: FixtureMode): Promise<Created> {
  const terminal = createRecordingTerminal();
  const firstReplicaPort = await freePort();
  const part = createSampleApplication({
    entry: FIXTURE_ENTRY,
    env: fixtureEnv(mode),
    address: { host, port: 0 },
    replicaCount: 2,
    firstReplicaPort,
    clock: systemClock,
    terminal,
  });
  onTestFinished(() => part.stop(AbortSignal.abort()));
  return { part, terminal, firstReplicaPort };
}

test('its rows say where the address, the replicas and their metrics are', async () => {
  const { part, terminal } = await create();
  await part.start();
  const [{ parts = [], ...address }, ...others] = part.rows();
  expect(others).toEqual([]);
  expect(address).toEqual({
    what: 'tic-tac-toe',
    where: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    note: 'one address, two replicas',
  });
  expect(parts.map(({ what }) => what)).toEqual(['replica 1', 'replica 2']);
  for (const { what, where, metrics } of parts) {
    expect(metrics).toBe(`${where}/metrics`);
    expect(terminal.outLines).toContain(`${what} │ listening on ${where.slice('http://'.length)}`);
  }
  expect(new Set([await pidAt(address.where), await pidAt(address.where)])).toEqual(
    new Set(await Promise.all(parts.map(({ where }) => pidAt(where)))),
  );
});

test('a request that a replica never answers does not keep it from stopping', async () => {
  const { part } = await create();
  await part.start();
  const [{ where, parts = [] }] = part.rows();
  const pids = await Promise.all(parts.map((replica) => pidAt(replica.where)));
  const hanging = get(`${where}/hang`, { agent: false });
  const failed = once(hanging, 'error');
  await once(hanging, 'socket');
  await part.stop(never);
  expect(pids.filter(isRunning)).toEqual([]);
  await expect(failed).resolves.toMatchObject([{ code: expect.stringMatching(/^ECONN(RESET|REFUSED)$/) }]);
});

test('when a replica cannot start it says which, and can be stopped', async () => {
  const { part } = await create('crash');
  await expect(part.start()).rejects.toMatchObject({
    code: 'HEARTH_REPLICA_START',
    message: expect.stringMatching(/^replica [12], which should listen on .* exited with code 3/),
  });
  await part.stop(never);
});

test('can be stopped before it has been started', async () => {
  const { part } = await create();
  await part.stop(never);
});

test('can be stopped while it starts', async () => {
  const { part, terminal } = await create();
  const started = expect(part.start()).rejects.toMatchObject({ code: 'HEARTH_STOPPED' });
  await part.stop(never);
  await started;
  expect(terminal.outLines).toEqual(['Starting two replicas of tic-tac-toe.']);
});

test('says that it cannot have an address of another machine', async () => {
  const part = createSampleApplication({
    entry: FIXTURE_ENTRY,
    env: fixtureEnv(),
    // An address for documentation (RFC 5737), which no machine has.
    address: { host: '192.0.2.1', port: 3307 },
    replicaCount: 1,
    firstReplicaPort: 3311,
    clock: systemClock,
    terminal: createRecordingTerminal(),
  });
  await expect(part.start()).rejects.toMatchObject({ code: 'HEARTH_LISTEN' });
  await part.stop(never);
});
