import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { InstrumentError } from '../../errors.ts';
import { instrumentHandler } from '../../frameworks/node.ts';
import { type CollectedMetrics, collectWorkers, reportToPrimary } from '../index.ts';
import { readFromWorker } from '../wire/read-message.ts';

/** What a test wants the primary to do. Everything but a line in the log is an answer to the command before. */
export type Command =
  | { readonly do: 'collect'; readonly workerTimeoutMs?: number }
  | { readonly do: 'stop collecting' }
  | { readonly do: 'fork'; readonly env?: Readonly<Record<string, string>> }
  | { readonly do: 'kill' | 'disconnect'; readonly worker: number }
  | { readonly do: 'send'; readonly worker: number; readonly message: unknown }
  | { readonly do: 'say what arrived' }
  | { readonly do: 'measure event loop' };

export type Answer =
  | { readonly log: string }
  | { readonly failure: string }
  | { readonly url: string }
  | { readonly worker: number; readonly port: number }
  | { readonly plays: number }
  | { readonly longestDelayMs: number }
  | { readonly done: true };

const log = (line: string) => process.send!({ log: line });

function runPrimary(): void {
  if (process.env.SERIALIZATION === 'advanced') cluster.setupPrimary({ serialization: 'advanced' });
  const arrived = new ArrivedPlays();
  cluster.on('message', (worker, message: unknown) => {
    // What workers log goes through here, beside the messages of the library.
    if (isLine(message)) process.send!(message);
    arrived.note(worker.id, message);
  });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let metrics: CollectedMetrics | undefined;

  const obey = async (command: Command): Promise<Answer> => {
    switch (command.do) {
      case 'collect': {
        const { workerTimeoutMs } = command;
        metrics = collectWorkers({ endpoint: { port: 0 }, log, ...(workerTimeoutMs && { workerTimeoutMs }) });
        return { url: (await metrics.server)!.url };
      }
      case 'stop collecting':
        await metrics?.close();
        return { done: true };
      case 'fork': {
        const worker = cluster.fork(command.env);
        if (command.env?.JOBS !== undefined) return { worker: worker.id, port: 0 };
        const [{ port }] = (await once(worker, 'listening')) as [AddressInfo];
        return { worker: worker.id, port };
      }
      case 'kill':
        return end(workerOf(command.worker), (worker) => worker.process.kill('SIGKILL'));
      case 'disconnect':
        return end(workerOf(command.worker), (worker) => worker.disconnect());
      case 'send':
        workerOf(command.worker).send(command.message as object);
        return { done: true };
      case 'say what arrived':
        return { plays: arrived.total };
      case 'measure event loop': {
        const longestDelayMs = delay.max / 1e6;
        delay.enable();
        delay.reset();
        return { longestDelayMs };
      }
    }
  };
  process.on('message', (command: Command) => {
    obey(command).then(
      (answer) => process.send!(answer),
      (error: unknown) => process.send!({ failure: String(error) }),
    );
  });
}

function isLine(message: unknown): message is { readonly log: string } {
  return typeof message === 'object' && message !== null && 'log' in message;
}

/** What the reports of workers say about `plays_total`, each worker's first line of it, without asking them. */
class ArrivedPlays {
  readonly #ids = new Map<number, number>();
  readonly #plays = new Map<number, number>();

  get total(): number {
    return [...this.#plays.values()].reduce((sum, plays) => sum + plays, 0);
  }

  note(worker: number, message: unknown): void {
    const reading = readFromWorker(message);
    if (reading.kind !== 'message' || reading.message.kind !== 'report') return;
    for (const { id, definition, values } of reading.message.metrics) {
      if (definition?.name === 'plays_total') this.#ids.set(worker, id);
      if (this.#ids.get(worker) === id && values?.[0] === 0) this.#plays.set(worker, Number(values[1]));
    }
  }
}

function workerOf(id: number): Worker {
  return cluster.workers![id]!;
}

async function end(worker: Worker, how: (worker: Worker) => void): Promise<Answer> {
  const over = Promise.all([once(worker, 'disconnect'), once(worker, 'exit')]);
  how(worker);
  await over;
  return { done: true };
}

function runWorker(): void {
  const plays = new Counter({ name: 'plays_total', help: 'Plays', labelNames: ['game'] });
  const scores = new Histogram({ name: 'score', help: 'Score', buckets: [10, 100] });
  new Gauge({ name: 'worker_number', help: 'Number', aggregator: 'max' }).set(cluster.worker!.id);
  const manySeries = Number(process.env.SERIES ?? 0);
  for (let i = 0; i < manySeries; i++) plays.inc({ game: `game number ${i}` });

  const handle = (req: IncomingMessage, res: ServerResponse): void => {
    plays.inc({ game: 'chess' });
    scores.observe(50);
    if (req.url === '/exit') res.on('close', () => process.exit(0));
    if (req.url === '/hang') res.on('close', () => setImmediate(hang));
    if (req.url === '/garbage') {
      for (const message of GARBAGE) process.send!(message);
    }
    if (req.url === '/all-series') for (let i = 0; i < manySeries; i++) plays.inc({ game: `game number ${i}` });
    res.setHeader('connection', 'close').end(String(cluster.worker!.id));
  };
  // Listens before the port of the metrics does, if there is one, so that the primary sees this port first.
  createServer((req, res) => handler(req, res)).listen(0, '127.0.0.1');
  const { handler, server } = instrumentHandler(handle, {
    routes: ['/work/:id', '/exit', '/hang', '/garbage'],
    log,
    ...(process.env.OWN_PORT && { endpoint: { port: 0 } }),
  });
  void server.then((own) => own && log(own.url));
}

/** Serves nobody. */
function runJobs(): void {
  reportToPrimary({ log });
  let misuse = 'none';
  try {
    collectWorkers();
  } catch (error) {
    misuse = (error as InstrumentError).code;
  }
  new Counter({ name: 'jobs_total', help: 'Jobs', labelNames: ['misuse'] }).inc({ misuse }, 5);
}

const ENVELOPE = { type: 'hearth:metrics', version: 1 };
const GARBAGE = [
  'text',
  null,
  [],
  { type: 'hearth:metrics' },
  { ...ENVELOPE, kind: 'report', session: 'made up', sequence: 1, metrics: [] },
  { ...ENVELOPE, kind: 'report', session: 1 },
  { ...ENVELOPE, kind: 'totals', id: 0, contentType: '', part: '', isLast: true },
];

/** No message is read and no request served meanwhile. */
function hang(): void {
  const endMs = Date.now() + 2000;
  while (Date.now() < endMs);
}

/** Collects, is scraped once, and has nothing else to do. */
async function runAlone(): Promise<void> {
  const metrics = collectWorkers({ endpoint: { port: 0 } });
  await metrics.server;
  const { body } = await metrics.render();
  if (/^process_start_time_seconds \d/m.test(body)) console.log('process_start_time_seconds is there');
}

if (process.env.ALONE !== undefined) await runAlone();
else if (cluster.isPrimary) runPrimary();
else if (process.env.JOBS !== undefined) runJobs();
else runWorker();
