import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { openDb } from '@hearth/tsdb';
import { logWarnings } from '../support/log-warnings.ts';
import { GrowingBuffer } from './growing-buffer.ts';
import { TargetScrape } from './target-scrape.ts';

export interface ScraperOptions {
  readonly directory: string;
  readonly targets: readonly { readonly url: string; readonly labels: Readonly<Record<string, string>> }[];
  readonly intervalMs: number;
}

/** Hearth under measurement: scrapes the targets, evenly spread over the interval, and says how many samples it took when asked. */
const { directory, targets, intervalMs } = JSON.parse(process.argv[2]!) as ScraperOptions;

const db = await openDb({ directory, log: logWarnings });
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const body = new GrowingBuffer();
const scrapes = targets.map((target) => new TargetScrape({ ...target, db, agent, body }));

process.on('message', () => process.send!({ samples: db.counters().head.samplesAppended }));
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
process.send!('ready');

const start = Date.now();
for (let turn = 0; ; turn++) {
  const due = start + (turn * intervalMs) / scrapes.length;
  await pause(Math.max(0, due - Date.now()));
  await scrapes[turn % scrapes.length].scrape(Date.now());
}
