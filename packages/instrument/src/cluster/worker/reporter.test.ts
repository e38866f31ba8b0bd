import { Counter, Gauge, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { RegistryReader } from '../report/registry-reader.ts';
import { ManualScheduler } from '../testing/manual-scheduler.ts';
import type { ToPrimary } from '../wire/messages.ts';
import { Reporter } from './reporter.ts';

/** What is sent, in short: `report 0: 0=1` for the values by their places, `answer 4`. */
function short(message: ToPrimary): string {
  if (message.kind === 'answer') return `answer ${message.id}`;
  if (message.kind !== 'report') return message.kind;
  const values = message.metrics.flatMap((update) => update.values ?? []);
  const pairs = values.flatMap((value, i) => (i % 2 === 0 ? `${value}=${values[i + 1]}` : []));
  return `report ${message.sequence}:${pairs.map((pair) => ` ${pair}`).join('')}`;
}

async function setUp() {
  const registry = new Registry();
  const counter = new Counter({ name: 'c_total', help: 'C', labelNames: ['l'], registers: [registry] });
  const scheduler = new ManualScheduler();
  const sent: string[] = [];
  const registries = new Set([registry]);
  const reader = new RegistryReader({ registries, includesOmitted: false, scheduler, log: () => undefined });
  const reporter = new Reporter({
    session: 's',
    reader,
    send: (message) => void sent.push(short(message)),
    scheduler,
  });
  expect(sent.splice(0)).toEqual(['report 0:']);
  reporter.acknowledged(0);
  return { registry, counter, scheduler, sent, reporter };
}

test('reports what was counted a turn of the event loop after it was told', async () => {
  const { counter, reporter, scheduler, sent } = await setUp();
  counter.inc({ l: 'a' });
  reporter.notify();
  counter.inc({ l: 'a' });
  expect(sent).toEqual([]);
  await scheduler.advance(0);
  expect(sent).toEqual(['report 1: 0=2']);
});

test('reports nothing where nothing has changed', async () => {
  const { counter, reporter, scheduler, sent } = await setUp();
  counter.inc({ l: 'a' });
  for (let i = 0; i < 3; i++) {
    reporter.notify();
    await scheduler.advance(100);
    reporter.acknowledged(1);
  }
  expect(sent).toEqual(['report 1: 0=1']);
});

test('reports every second what was counted without telling', async () => {
  const { counter, scheduler, sent } = await setUp();
  counter.inc({ l: 'job' });
  await scheduler.advance(999);
  expect(sent).toEqual([]);
  await scheduler.advance(1);
  expect(sent).toEqual(['report 1: 0=1']);
});

test('sends one part at a time, and reads nothing further until all are sent', async () => {
  const { counter, reporter, scheduler, sent } = await setUp();
  for (let i = 0; i < 2000; i++) counter.inc({ l: 'x'.repeat(40) + i });
  reporter.notify();
  await scheduler.advance(0);
  expect(sent).toHaveLength(1);
  counter.inc({ l: 'late' });
  reporter.notify();
  await scheduler.advance(5000);
  expect(sent).toHaveLength(1);
  reporter.acknowledged(7);
  expect(sent).toHaveLength(1);
  for (let sequence = 1; sent.length < sequence + 1 && sequence < 20; sequence++) {
    reporter.acknowledged(sequence);
    await scheduler.advance(20);
  }
  expect(sent.length).toBeGreaterThan(2);
  expect(sent.at(-1)).toMatch(/ 2000=1$/);
  expect(sent.join(' ').split('=')).toHaveLength(2002);
});

test('answers when everything is sent', async () => {
  const { registry, counter, reporter, scheduler, sent } = await setUp();
  counter.inc({ l: 'a' });
  new Gauge({ name: 'g', help: 'G', registers: [registry] }).set(5);
  void reporter.answer(4);
  await scheduler.advance(0);
  expect(sent).toEqual(['report 1: 0=1 0=5', 'answer 4']);
  reporter.acknowledged(1);
  void reporter.answer(5);
  await scheduler.advance(0);
  expect(sent.slice(2)).toEqual(['answer 5']);
});

test('answers after parts that wait for their acknowledgement', async () => {
  const { counter, reporter, scheduler, sent } = await setUp();
  counter.inc({ l: 'a' });
  reporter.notify();
  await scheduler.advance(0);
  counter.inc({ l: 'a' });
  void reporter.answer(1);
  await scheduler.advance(0);
  expect(sent).toEqual(['report 1: 0=1']);
  reporter.acknowledged(1);
  expect(sent.slice(1)).toEqual(['report 2: 0=2', 'answer 1']);
});

test('flushes everything at once, also parts that wait', async () => {
  const { counter, reporter, scheduler, sent } = await setUp();
  counter.inc({ l: 'a' });
  reporter.notify();
  await scheduler.advance(0);
  counter.inc({ l: 'b' });
  void reporter.answer(1);
  await scheduler.advance(0);
  counter.inc({ l: 'c' });
  reporter.flush();
  expect(sent).toEqual(['report 1: 0=1', 'report 2: 1=1 2=1']);
});

test('flushes what was read by a reading that is still under way', async () => {
  const { registry, counter, reporter, scheduler, sent } = await setUp();
  new Gauge({ name: 'slow', help: 'G', registers: [registry], collect: () => new Promise<void>(() => undefined) });
  counter.inc({ l: 'a' });
  void reporter.answer(1);
  await scheduler.advance(0);
  expect(sent).toEqual([]);
  reporter.flush();
  expect(sent).toEqual(['report 1: 0=1']);
});

test('reports counts while the collecting of another metric hangs', async () => {
  const { registry, counter, reporter, scheduler, sent } = await setUp();
  new Gauge({ name: 'slow', help: 'G', registers: [registry], collect: () => new Promise<void>(() => undefined) });
  void reporter.answer(1);
  await scheduler.advance(0);
  counter.inc({ l: 'a' });
  reporter.notify();
  await scheduler.advance(5000);
  expect(sent.join(' ')).toContain('0=1');
});

test('sends nothing after its session', async () => {
  const { counter, reporter, scheduler, sent } = await setUp();
  void reporter.answer(1);
  counter.inc({ l: 'a' });
  reporter.notify();
  reporter.stop();
  await scheduler.advance(5000);
  expect(sent).toEqual([]);
});
