import cluster, { type Worker } from 'node:cluster';
import { expect, onTestFinished, test } from 'vitest';
import { ManualScheduler } from '../testing/manual-scheduler.ts';
import { toWorker } from '../wire/messages.ts';
import type { WorkerCollector } from './worker-collector.ts';
import { attachToCluster } from './worker-pool.ts';
import type { WorkerPort } from './worker-port.ts';

/** A collector that notes what it is told, and one worker whose channel is open until the test closes it. */
function setUp() {
  const events: unknown[] = [];
  const scheduler = new ManualScheduler();
  let port: WorkerPort | undefined;
  const note =
    (event: string) =>
    (from: WorkerPort, ...rest: unknown[]) => {
      port = from;
      events.push([event, from.name, ...rest]);
    };
  const collector = { greet: note('greet'), receive: note('receive'), left: note('left') };
  const channel = { isOpen: true };
  const worker = {
    id: 4,
    process: { pid: 321 },
    isConnected: () => channel.isOpen,
    send: (_message: unknown, sent: () => void) => events.push(sent),
  } as unknown as Worker;
  const detach = attachToCluster(collector as unknown as WorkerCollector, scheduler);
  onTestFinished(detach);
  const emit = (event: string, ...args: unknown[]) => cluster.emit(event, worker, ...args);
  return { events, scheduler, channel, emit, detach, port: () => port! };
}

test('hands on messages, and that no more can come', () => {
  const { events, emit } = setUp();
  emit('message', 'hello');
  emit('disconnect');
  expect(events).toEqual([
    ['receive', 'worker 4 (pid 321)', 'hello'],
    ['left', 'worker 4 (pid 321)'],
  ]);
});

test('waits for the last messages of a worker that has exited', async () => {
  const { events, scheduler, channel, emit } = setUp();
  emit('exit');
  await scheduler.advance(1000);
  emit('message', 'last words');
  channel.isOpen = false;
  await scheduler.advance(10);
  expect(events).toEqual([
    ['receive', 'worker 4 (pid 321)', 'last words'],
    ['left', 'worker 4 (pid 321)'],
  ]);
});

test('needs no event of the channel where the worker has exited', () => {
  const { events, channel, emit } = setUp();
  channel.isOpen = false;
  emit('exit');
  expect(events).toEqual([['left', 'worker 4 (pid 321)']]);
});

test('sends until the channel is closed, and never fails', async () => {
  const { events, channel, emit, port } = setUp();
  emit('message', 'x');
  let isSent = false;
  const sending = port()
    .send(toWorker({ kind: 'hello', session: 's' }))
    .then(() => {
      isSent = true;
    });
  await Promise.resolve();
  expect(isSent).toBe(false);
  (events[1] as (error: Error) => void)(new Error('channel closed'));
  await sending;
  channel.isOpen = false;
  await port().send(toWorker({ kind: 'hello', session: 's' }));
  expect(events).toHaveLength(2);
});

test('hears nothing once it is parted', () => {
  const { events, emit, detach } = setUp();
  detach();
  for (const event of ['message', 'disconnect', 'exit']) emit(event);
  expect(events).toEqual([]);
});
