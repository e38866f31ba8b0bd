import { Counter, Gauge, type Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { FakeCluster, type FakeWorker } from './testing/fake-cluster.ts';

function counterIn({ registry }: { readonly registry: Registry }, name = 'c_total') {
  return new Counter({ name, help: 'C', registers: [registry] });
}

/** Counts in a worker as an instrumented request does. */
function count(worker: FakeWorker, amount = 1): void {
  const present = worker.registry.getSingleMetric('c_total') as Counter | undefined;
  (present ?? counterIn(worker)).inc(amount);
  worker.link.notify();
}

/** Lets messages arrive and promises settle while `waiting` waits. */
async function during<Result>(cluster: FakeCluster, ms: number, waiting: Promise<Result>): Promise<Result> {
  // Without this, a rejection that comes while time passes would count as one that nobody handles.
  waiting.catch(() => undefined);
  await cluster.scheduler.advance(ms);
  return waiting;
}

describe('totals', () => {
  test('are those of workers that come up after the collecting began, and of those before', async () => {
    const cluster = new FakeCluster();
    const early = cluster.fork();
    count(early, 1);
    await cluster.scheduler.advance(100);
    const primary = cluster.collect();
    const late = cluster.fork();
    count(late, 2);
    await cluster.scheduler.advance(0);
    expect((await during(cluster, 100, primary.samples())).get('c_total{}')).toBe(3);
  });

  test('are fresh at every scrape, also where nothing told that it was counted', async () => {
    const cluster = new FakeCluster();
    const primary = cluster.collect();
    const worker = cluster.fork();
    count(worker);
    await cluster.scheduler.advance(100);
    new Gauge({ name: 'g', help: 'G', registers: [worker.registry] }).set(7);
    counterIn(worker, 'quiet_total').inc(3);
    const samples = await during(cluster, 10, primary.samples());
    expect(Object.fromEntries(samples)).toEqual({ 'c_total{}': 1, 'g{}': 7, 'quiet_total{}': 3 });
  });

  test('have what the primary counts itself', async () => {
    const cluster = new FakeCluster();
    const primary = cluster.collect();
    counterIn(primary).inc(10);
    count(cluster.fork(), 1);
    await cluster.scheduler.advance(100);
    expect((await during(cluster, 10, primary.samples())).get('c_total{}')).toBe(11);
  });

  test('keep what was counted right before a worker exits', async () => {
    const cluster = new FakeCluster();
    const primary = cluster.collect();
    const worker = cluster.fork();
    count(worker);
    await cluster.scheduler.advance(100);
    for (let i = 0; i < 5; i++) count(worker);
    worker.exit();
    expect((await during(cluster, 10, primary.samples())).get('c_total{}')).toBe(6);
  });

  test('keep what a killed worker had counted before the last gap', async () => {
    const cluster = new FakeCluster();
    const primary = cluster.collect();
    const worker = cluster.fork();
    count(worker);
    await cluster.scheduler.advance(100);
    for (let i = 0; i < 5; i++) {
      count(worker);
      await cluster.scheduler.advance(1);
    }
    await cluster.scheduler.advance(20);
    worker.kill();
    expect((await during(cluster, 10, primary.samples())).get('c_total{}')).toBe(6);
  });

  test('have every registry of a worker', async () => {
    const cluster = new FakeCluster();
    const primary = cluster.collect();
    const worker = cluster.fork();
    count(worker, 1);
    const other = cluster.fork();
    counterIn(other, 'other_total').inc(5);
    worker.link.add(other.registry);
    await cluster.scheduler.advance(100);
    const samples = await during(cluster, 10, primary.samples());
    expect(Object.fromEntries(samples)).toEqual({ 'c_total{}': 1, 'other_total{}': 5 });
  });

  test('have at the first scrape what workers had counted before the collecting began', async () => {
    const cluster = new FakeCluster();
    const workers = [cluster.fork(), cluster.fork(), cluster.fork()];
    for (const worker of workers) count(worker, 100);
    await cluster.scheduler.advance(100);
    const primary = cluster.collect();
    expect((await during(cluster, 10, primary.samples())).get('c_total{}')).toBe(300);
  });

  test('wait once for workers that never join', async () => {
    const cluster = new FakeCluster();
    cluster.fork().isHung = true;
    const primary = cluster.collect(500);
    counterIn(primary).inc();
    const startMs = cluster.scheduler.nowMs();
    await during(cluster, 500, primary.samples());
    expect(cluster.scheduler.nowMs() - startMs).toBe(500);
    expect((await during(cluster, 0, primary.samples())).get('c_total{}')).toBe(1);
    expect(cluster.log).toEqual([]);
  });

  test('begin anew when somebody collects again', async () => {
    const cluster = new FakeCluster();
    cluster.collect();
    const worker = cluster.fork();
    count(worker, 5);
    await cluster.scheduler.advance(100);
    cluster.stopCollecting();
    await cluster.scheduler.advance(100);
    const primary = cluster.collect();
    await cluster.scheduler.advance(100);
    expect((await during(cluster, 10, primary.samples())).get('c_total{}')).toBe(5);
  });
});

describe('a worker that does not answer', () => {
  test('holds a scrape up no longer than the timeout, and its last report stands for it', async () => {
    const cluster = new FakeCluster();
    const primary = cluster.collect(500);
    const [hung, other] = [cluster.fork(), cluster.fork()];
    count(hung, 3);
    count(other, 4);
    await cluster.scheduler.advance(100);
    hung.isHung = true;
    count(other, 1);
    const startMs = cluster.scheduler.nowMs();
    const scrape = primary.samples();
    let endMs = Number.NaN;
    void scrape.then(() => {
      endMs = cluster.scheduler.nowMs();
    });
    expect((await during(cluster, 2000, scrape)).get('c_total{}')).toBe(8);
    expect(endMs - startMs).toBe(500);
    expect(cluster.log).toEqual(['worker 1 did not answer within 500 ms; its last report stands for it']);
  });

  test('is asked again at the next scrape, and its late answer is none to that', async () => {
    const cluster = new FakeCluster();
    const primary = cluster.collect(500);
    const worker = cluster.fork();
    count(worker, 3);
    await cluster.scheduler.advance(100);
    worker.isHung = true;
    await during(cluster, 500, primary.samples());
    counterIn(worker, 'quiet_total').inc(9);
    const scrape = primary.samples();
    worker.resume();
    expect((await during(cluster, 100, scrape)).get('quiet_total{}')).toBe(9);
  });

  test('does not matter once it is gone', async () => {
    const cluster = new FakeCluster();
    const primary = cluster.collect(500);
    const worker = cluster.fork();
    count(worker, 3);
    await cluster.scheduler.advance(100);
    worker.isHung = true;
    const scrape = primary.samples();
    worker.kill();
    expect((await during(cluster, 10, scrape)).get('c_total{}')).toBe(3);
    expect(cluster.log).toEqual([]);
  });

  test('may be the primary itself', async () => {
    const cluster = new FakeCluster();
    const primary = cluster.collect(500);
    count(cluster.fork(), 3);
    new Gauge({
      name: 'slow',
      help: 'G',
      registers: [primary.registry],
      collect: () => new Promise<void>(() => undefined),
    });
    await cluster.scheduler.advance(100);
    for (let i = 0; i < 2; i++) {
      expect((await during(cluster, 600, primary.samples())).get('c_total{}')).toBe(3);
    }
    expect(cluster.log).toContain('the primary process did not answer within 500 ms; its last report stands for it');
  });
});

test('scrapes at the same time share one question to the workers', async () => {
  const cluster = new FakeCluster();
  const primary = cluster.collect();
  const worker = cluster.fork();
  let asked = 0;
  new Gauge({ name: 'g', help: 'G', registers: [worker.registry], collect: () => void asked++ });
  count(worker);
  await cluster.scheduler.advance(100);
  await during(cluster, 100, Promise.all(Array.from({ length: 10 }, () => primary.samples())));
  expect(asked).toBe(2);
});

describe("a worker's own endpoint", () => {
  test('shows the totals, as the primary shows them', async () => {
    const cluster = new FakeCluster();
    const primary = cluster.collect();
    const workers = [cluster.fork(), cluster.fork()];
    for (const worker of workers) count(worker, 2);
    await cluster.scheduler.advance(100);
    const text = await during(cluster, 100, workers[0]!.render());
    expect(text).toBe('# HELP c_total C\n# TYPE c_total counter\nc_total 4\n');
    expect(await during(cluster, 100, primary.render())).toBe(text);
  });

  test('hands on what its reader asks for', async () => {
    const cluster = new FakeCluster();
    cluster.collect();
    const worker = cluster.fork();
    count(worker, 2);
    counterIn(worker, 'other_total').inc();
    await cluster.scheduler.advance(100);
    const options = { accept: 'application/openmetrics-text', names: ['c_total'] };
    expect(await during(cluster, 100, worker.render(options))).toBe('# HELP c C\n# TYPE c counter\nc_total 2\n# EOF\n');
  });

  test('shows texts of many parts in full', async () => {
    const cluster = new FakeCluster();
    const primary = cluster.collect();
    const worker = cluster.fork();
    const gauge = new Gauge({ name: 'g', help: 'G', labelNames: ['l'], registers: [worker.registry] });
    for (let i = 0; i < 3000; i++) gauge.set({ l: `\u{1f600}${'x'.repeat(90)}${i}` }, i);
    count(worker);
    await cluster.scheduler.advance(100);
    const text = await during(cluster, 100, worker.render());
    expect(text.length).toBeGreaterThan(300_000);
    expect(text === (await during(cluster, 100, primary.render()))).toBe(true);
  });

  test('waits a second for somebody to collect, then shows its own numbers and says so once', async () => {
    const cluster = new FakeCluster();
    const worker = cluster.fork();
    count(worker, 2);
    let text: string | undefined;
    void worker.render().then((rendered) => {
      text = rendered;
    });
    await cluster.scheduler.advance(990);
    expect(text).toBeUndefined();
    await cluster.scheduler.advance(10);
    expect(text).toContain('c_total 2\n');
    expect(await during(cluster, 0, worker.render())).toBe(text);
    expect(cluster.log).toEqual([
      'the metrics show what this one worker has counted: nobody collects them from all workers. In the primary process, call collectWorkers() of "@hearth/instrument/cluster" before it forks',
    ]);
  });

  test('shows the totals to a reader who waits, as soon as somebody collects', async () => {
    const cluster = new FakeCluster();
    const [worker, other] = [cluster.fork(), cluster.fork()];
    count(worker, 2);
    count(other, 2);
    const text = worker.render();
    await cluster.scheduler.advance(300);
    cluster.collect();
    expect(await during(cluster, 100, text)).toContain('c_total 4\n');
    expect(cluster.log).toEqual([]);
  });

  test('shows the totals once somebody collects after all, and its own numbers when that ends', async () => {
    const cluster = new FakeCluster();
    const [worker, other] = [cluster.fork(), cluster.fork()];
    count(worker, 2);
    count(other, 2);
    expect(await during(cluster, 1000, worker.render())).toContain('c_total 2\n');
    cluster.collect();
    await cluster.scheduler.advance(100);
    expect(await during(cluster, 100, worker.render())).toContain('c_total 4\n');
    cluster.stopCollecting();
    await cluster.scheduler.advance(100);
    expect(await during(cluster, 100, worker.render())).toContain('c_total 2\n');
  });

  test('shows nothing rather than its own numbers when the primary does not answer', async () => {
    const cluster = new FakeCluster();
    cluster.collect();
    const worker = cluster.fork();
    count(worker, 2);
    await cluster.scheduler.advance(100);
    worker.isHung = true;
    await expect(during(cluster, 8000, worker.render())).rejects.toThrow(
      'The totals of all workers are not to be had: the primary process did not answer within 8 s. The numbers of this one worker are not shown in their place, since they would be wrong.',
    );
  });

  test('shows nothing when the channel to the primary is closed', async () => {
    const cluster = new FakeCluster();
    cluster.collect();
    const worker = cluster.fork();
    count(worker, 2);
    await cluster.scheduler.advance(100);
    worker.isHung = true;
    const reader = worker.render();
    reader.catch(() => undefined);
    worker.link.disconnected();
    await expect(reader).rejects.toThrow('this worker is no longer connected to the primary process');
    await expect(worker.render()).rejects.toThrow('this worker is no longer connected to the primary process');
  });

  test('is refused when too many ask at a time', async () => {
    const cluster = new FakeCluster();
    const primary = cluster.collect(1000);
    const [worker, hung] = [cluster.fork(), cluster.fork()];
    for (const one of [worker, hung]) count(one);
    await cluster.scheduler.advance(100);
    hung.isHung = true;
    const readers = Promise.allSettled(Array.from({ length: 20 }, () => worker.render()));
    const results = await during(cluster, 3000, readers);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(4);
    expect(await during(cluster, 3000, worker.render())).toContain('c_total 2\n');
    expect(await during(cluster, 3000, primary.render())).toContain('c_total 2\n');
  });
});

describe('messages', () => {
  test('of others are passed over', async () => {
    const cluster = new FakeCluster();
    const primary = cluster.collect();
    const worker = cluster.fork();
    count(worker);
    for (const message of ['x', null, { type: 'other' }, [1]]) worker.send(message);
    worker.link.receive({ type: 'other' });
    await cluster.scheduler.advance(100);
    expect((await during(cluster, 10, primary.samples())).get('c_total{}')).toBe(1);
    expect(cluster.log).toEqual([]);
  });

  test('that are not understood are passed over with a line in the log', async () => {
    const cluster = new FakeCluster();
    const primary = cluster.collect();
    const worker = cluster.fork();
    count(worker);
    worker.send({ type: 'hearth:metrics', version: 1, kind: 'report' });
    worker.send({ type: 'hearth:metrics', version: 99, kind: 'hello' });
    worker.link.receive({ type: 'hearth:metrics', version: 1, kind: 'collect' });
    await cluster.scheduler.advance(100);
    expect((await during(cluster, 10, primary.samples())).get('c_total{}')).toBe(1);
    expect(cluster.log).toEqual([
      'a message of the primary process was not understood: its member "session" is not that of a collect',
      'a message of worker 1 was not understood and passed over: its member "session" is not that of a report',
      'a message of worker 1 was not understood and passed over: it is of version 99, and this process knows 1',
    ]);
  });

  test('of an earlier session do nothing', async () => {
    const cluster = new FakeCluster();
    const primary = cluster.collect();
    const worker = cluster.fork();
    count(worker);
    await cluster.scheduler.advance(100);
    const envelope = { type: 'hearth:metrics', version: 1, session: 'earlier' };
    worker.send({
      ...envelope,
      kind: 'report',
      sequence: 0,
      metrics: [{ id: 0, values: [0, 1000] }],
    });
    for (const message of [
      { ...envelope, kind: 'acknowledge', sequence: 1 },
      { ...envelope, kind: 'collect', id: 0 },
      { ...envelope, kind: 'bye' },
    ]) {
      worker.link.receive(message);
    }
    count(worker);
    await cluster.scheduler.advance(100);
    expect((await during(cluster, 10, primary.samples())).get('c_total{}')).toBe(2);
  });
});
