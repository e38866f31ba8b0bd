import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { fixtureEnv } from '../testing/fixture.ts';
import { type HearthProcess, hearthUrlIn, pidAt, startHearth, urlsIn } from '../testing/hearth-process.ts';
import { closeServer, freePort, occupyPort } from '../testing/ports.ts';
import { untilGone } from '../testing/processes.ts';

const READY = 'Ctrl-C stops everything.';

interface Running {
  readonly hearth: HearthProcess;
  /** Of the sample application. */
  readonly urls: readonly string[];
  readonly hearthUrl: string;
  /** Of every process: the program and its replicas. */
  readonly pids: readonly number[];
}

async function startDemo(args: readonly string[] = [], env = fixtureEnv()): Promise<Running> {
  const ports = ['--port', String(await freePort()), '--hearth-port', String(await freePort())];
  const hearth = startHearth(['demo', ...ports, ...args], { env });
  await hearth.untilOut(READY);
  const urls = urlsIn(hearth.out());
  const pids = await Promise.all(urls.slice(1).map(pidAt));
  return { hearth, urls, hearthUrl: hearthUrlIn(hearth.out()), pids: [hearth.pid, ...pids] };
}

async function expectNothingLeft({ urls, hearthUrl, pids }: Running): Promise<void> {
  await untilGone(pids);
  for (const url of [...urls, hearthUrl]) await expect(codeOfConnecting(url)).resolves.toBe('ECONNREFUSED');
}

function codeOfConnecting(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    get(url, { agent: false }, () => resolve(undefined)).once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code);
    });
  });
}

test('runs three replicas behind one address and shows where', async () => {
  const { hearth, urls, pids } = await startDemo();
  expect(new Set(pids).size).toBe(4);
  const [address] = urls;
  const answers: number[] = [];
  for (let each = 0; each < 6; each++) answers.push(await pidAt(address));
  expect(answers).toEqual([...pids.slice(1), ...pids.slice(1)]);
  expect(hearth.out()).toContain(`tic-tac-toe   ${address}`);
  expect(hearth.out()).toContain(`curl ${urls[1]}/metrics`);
  expect(hearth.err()).toBe('');
});

test('Ctrl-C stops everything and leaves nothing behind', async () => {
  const running = await startDemo();
  running.hearth.pressCtrlC();
  expect(await running.hearth.ended).toBe(0);
  await expectNothingLeft(running);
  expect(running.hearth.out()).toMatch(/\nEverything has stopped\.\n$/);
  expect(running.hearth.err()).toBe('');
});

test.each(['SIGTERM', 'SIGHUP'] as const)('%s does the same', async (signal) => {
  const running = await startDemo(['--replicas', '2']);
  running.hearth.signal(signal);
  expect(await running.hearth.ended).toBe(0);
  await expectNothingLeft(running);
});

test('one Ctrl-C that arrives twice is one', async () => {
  const running = await startDemo(['--replicas', '1']);
  running.hearth.pressCtrlC();
  running.hearth.signal('SIGINT');
  expect(await running.hearth.ended).toBe(0);
  await expectNothingLeft(running);
});

test('Ctrl-C while it starts stops that', async () => {
  const hearth = startHearth(['demo', '--port', String(await freePort())], { env: fixtureEnv('deaf') });
  await hearth.untilOut('Starting');
  hearth.pressCtrlC();
  expect(await hearth.ended).toBe(0);
  expect(hearth.err()).toBe('');
});

test('a second Ctrl-C ends everything at once', async () => {
  const running = await startDemo([], fixtureEnv('stubborn'));
  const pressedMs = performance.now();
  running.hearth.pressCtrlC();
  await running.hearth.untilOut('Stopping');
  await eventually(() => performance.now() - pressedMs).toBeGreaterThan(250);
  running.hearth.pressCtrlC();
  expect(await running.hearth.ended).toBe(1);
  expect(performance.now() - pressedMs).toBeLessThan(4_000);
  await expectNothingLeft(running);
  expect(running.hearth.err()).toContain('error[HEARTH_KILLED]');
});

test('when the program is killed, what it started goes by itself', async () => {
  const running = await startDemo();
  running.hearth.signal('SIGKILL');
  expect(await running.hearth.ended).toBe('SIGKILL');
  await expectNothingLeft(running);
});

test('when nobody reads what it writes any more, it stops', async () => {
  const running = await startDemo();
  running.hearth.stdout.destroy();
  // Something to say: a replica has died.
  process.kill(running.pids[1], 'SIGKILL');
  expect(await running.hearth.ended).toBe(0);
  await expectNothingLeft(running);
});

test('a replica that is killed comes back on its port, and is not missed meanwhile', async () => {
  const { hearth, urls, pids } = await startDemo();
  process.kill(pids[2], 'SIGKILL');
  await hearth.untilOut('replica 2 was killed by SIGKILL; starting it again in 0.5 s');
  expect(await pidAt(urls[0])).not.toBe(pids[2]);
  await hearth.untilOut(`replica 2 is back on ${urls[2]}`);
  expect(await pidAt(urls[2])).not.toBe(pids[2]);
});

test('a port that is taken is no obstacle', async () => {
  const taken = await occupyPort();
  const hearth = startHearth(['demo', '--port', String(taken.port), '--replicas', '1'], { env: fixtureEnv() });
  await hearth.untilOut(READY);
  const [address] = urlsIn(hearth.out());
  expect(hearth.out()).toContain(`port ${taken.port} is taken, using ${new URL(address).port}\n`);
  await closeServer(taken.server);
});

test('when a replica cannot start, it says why, and leaves nothing behind', async () => {
  const port = await freePort();
  const hearth = startHearth(['demo', '--port', String(port)], { env: fixtureEnv('crash') });
  expect(await hearth.ended).toBe(1);
  expect(hearth.err()).toMatch(
    /^error\[HEARTH_REPLICA_START\]: replica \d, which should listen on .*, exited with code 3 before it listened; it wrote:\n {2}reading the configuration\n {2}no such configuration\n$/,
  );
  expect(await codeOfConnecting(`http://127.0.0.1:${port}`)).toBe('ECONNREFUSED');
});

const built = new URL('../../dist/cli/main.js', import.meta.url);
const builtApplication = new URL('../../../../apps/tic-tac-toe/dist/server/main.js', import.meta.url);
const isBuilt = existsSync(built) && existsSync(builtApplication);

test.skipIf(!isBuilt)('as it was built, with the real application (skipped when they are not built)', async () => {
  const hearth = startHearth(['demo', '--port', String(await freePort())], { entry: built });
  await hearth.untilOut(READY);
  const urls = urlsIn(hearth.out());
  expect(urls).toHaveLength(4);
  for (const url of urls) expect((await fetch(url, { headers: { connection: 'close' } })).status).toBe(200);
  for (const url of urls.slice(1)) {
    const metrics = await fetch(`${url}/metrics`, { headers: { connection: 'close' } });
    expect(await metrics.text()).toContain('# TYPE ');
  }
  hearth.pressCtrlC();
  expect(await hearth.ended).toBe(0);
  for (const url of urls) expect(await codeOfConnecting(url)).toBe('ECONNREFUSED');
  expect(hearth.err()).toBe('');
});
