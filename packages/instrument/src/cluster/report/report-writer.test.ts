import { expect, test } from 'vitest';
import { takeAll } from '../testing/reporting-process.ts';
import { MAX_PART_WEIGHT } from '../wire/limits.ts';
import { toPrimary } from '../wire/messages.ts';
import { readFromWorker } from '../wire/read-message.ts';
import { ReportWriter } from './report-writer.ts';

const DEFINITION = { name: 'c_total', help: 'C', type: 'counter', aggregator: 'sum' } as const;

test('is empty until something is written', () => {
  const writer = new ReportWriter(100);
  writer.begin(1);
  expect(writer.isEmpty).toBe(true);
  expect(writer.take()).toBeUndefined();
});

test('keeps what is written of one metric in one update, and makes another when it is begun again', () => {
  const writer = new ReportWriter(10_000);
  writer.begin(1);
  writer.define(DEFINITION);
  writer.line(0, '', { a: 'x' });
  writer.value(0, 5);
  writer.begin(1);
  writer.reset();
  expect(takeAll(writer)).toEqual([
    [
      { id: 1, definition: DEFINITION, lines: [[0, '', 'a', 'x']], values: [0, 5] },
      { id: 1, isReset: true },
    ],
  ]);
});

test('goes on in a new part when one is full, with the same metric', () => {
  const writer = new ReportWriter(60);
  writer.begin(7);
  for (let place = 0; place < 5; place++) writer.value(place, place);
  expect(takeAll(writer)).toEqual([
    [{ id: 7, values: [0, 0, 1, 1] }],
    [{ id: 7, values: [2, 2, 3, 3] }],
    [{ id: 7, values: [4, 4] }],
  ]);
});

test('goes on in a new part when one was taken', () => {
  const writer = new ReportWriter(1000);
  writer.begin(7);
  writer.value(0, 1);
  expect(writer.take()).toEqual([{ id: 7, values: [0, 1] }]);
  writer.value(1, 2);
  expect(writer.take()).toEqual([{ id: 7, values: [1, 2] }]);
});

test('makes parts that are understood, and not much longer than they weigh', () => {
  const writer = new ReportWriter(MAX_PART_WEIGHT);
  for (let id = 0; id < 500; id++) {
    writer.begin(id);
    writer.define({ ...DEFINITION, help: 'h'.repeat(30_000 * Number(id === 3)) });
    for (let place = 0; place < 50; place++) {
      writer.line(place, 'c_total_bucket', { le: `${place}`, path: `/some/path/${id}` });
      writer.value(place, Math.sqrt(place));
      writer.exemplar(place, { labelSet: { trace_id: 'abc' }, value: 1.5, timestamp: 1e9 + place });
    }
  }
  const parts = takeAll(writer);
  expect(parts.length).toBeGreaterThan(10);
  for (const metrics of parts) {
    const message = toPrimary({ kind: 'report', session: 's', sequence: 1, metrics });
    const text = JSON.stringify(message);
    expect(readFromWorker(JSON.parse(text))).toEqual({ kind: 'message', message });
    expect(text.length).toBeLessThan(MAX_PART_WEIGHT * 1.3);
  }
});

test('cuts texts that are too long to be sent', () => {
  const writer = new ReportWriter(MAX_PART_WEIGHT);
  writer.begin(0);
  writer.define({ ...DEFINITION, help: 'h'.repeat(100_000) });
  writer.line(0, '', { a: 'v'.repeat(100_000) });
  for (const metrics of takeAll(writer)) {
    const message = toPrimary({ kind: 'report', session: 's', sequence: 1, metrics });
    expect(readFromWorker(message).kind).toBe('message');
  }
});
