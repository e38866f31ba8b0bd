import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_LIST_LENGTH, MAX_TEXT_LENGTH } from './limits.ts';
import { toPrimary, toWorker } from './messages.ts';
import { readFromPrimary, readFromWorker } from './read-message.ts';

const definition = { name: 'c_total', help: 'C', type: 'counter', aggregator: 'sum' } as const;
const report = (update: object) =>
  toPrimary({ kind: 'report', session: 's', sequence: 0, metrics: [{ id: 1, ...update }] });

describe('understands', () => {
  for (const message of [
    toPrimary({ kind: 'hello' }),
    toPrimary({ kind: 'answer', session: 's', id: 3 }),
    toPrimary({ kind: 'scrape', id: 3 }),
    toPrimary({ kind: 'scrape', id: 3, accept: 'text/plain', names: ['a'] }),
    toPrimary({ kind: 'report', session: 's', sequence: 0, metrics: [] }),
    report({ definition }),
    report({ isGone: true }),
    report({ isReset: true, removed: [2], lines: [[2, 'c_bucket', 'le', '1']], values: [2, 1.5] }),
    report({ values: [0, 'NaN', 1, '+Inf', 2, '-Inf'] }),
    report({ exemplars: [[0, 1, 'NaN', 'trace_id', 'x']] }),
  ]) {
    test(JSON.stringify(message), () => expect(readFromWorker(message)).toEqual({ kind: 'message', message }));
  }
  for (const message of [
    toWorker({ kind: 'hello', session: 's' }),
    toWorker({ kind: 'acknowledge', session: 's', sequence: 0 }),
    toWorker({ kind: 'collect', session: 's', id: 0 }),
    toWorker({ kind: 'totals', id: 0, contentType: 'text/plain', part: 'x', isLast: true }),
    toWorker({ kind: 'refusal', id: 0, reason: 'no' }),
    toWorker({ kind: 'bye', session: 's' }),
  ]) {
    test(JSON.stringify(message), () => expect(readFromPrimary(message)).toEqual({ kind: 'message', message }));
  }
});

describe('passes over', () => {
  for (const value of [undefined, null, 1, 'hearth:metrics', [], {}, { type: 'other' }, { cmd: 'NODE_x' }]) {
    test(JSON.stringify(value) ?? 'undefined', () => expect(readFromWorker(value)).toEqual({ kind: 'foreign' }));
  }
});

describe('says what is wrong with', () => {
  const long = 'x'.repeat(MAX_TEXT_LENGTH + 1);
  const misfit = { kind: 'broken', why: 'its member "metrics" is not that of a report' };
  const cases: [string, unknown, object][] = [
    ['no version', { type: 'hearth:metrics' }, { why: 'it is of version undefined, and this process knows 1' }],
    ['another version', { ...report({}), version: 2 }, { why: 'it is of version 2, and this process knows 1' }],
    ['no kind', { ...report({}), kind: undefined }, { why: 'there is no kind undefined' }],
    ['a kind of objects', { ...report({}), kind: 'toString' }, { why: 'there is no kind "toString"' }],
    ['a kind of the other direction', toWorker({ kind: 'bye', session: '' }), { why: 'there is no kind "bye"' }],
    ['no session', { ...report({}), session: 1 }, { why: 'its member "session" is not that of a report' }],
    ['a negative sequence', { ...report({}), sequence: -1 }, { why: 'its member "sequence" is not that of a report' }],
    ['metrics that are no list', { ...report({}), metrics: {} }, misfit],
    ['too many metrics', { ...report({}), metrics: Array(MAX_LIST_LENGTH + 1).fill({ id: 1 }) }, misfit],
    ['a metric without a number', report({ id: 'x' }), misfit],
    ['an unknown type', report({ definition: { ...definition, type: 'untyped' } }), misfit],
    ['an unknown aggregator', report({ definition: { ...definition, aggregator: 'median' } }), misfit],
    ['a name that is too long', report({ definition: { ...definition, name: long } }), misfit],
    ['a line without a name', report({ lines: [[1]] }), misfit],
    ['a line with half a label', report({ lines: [[1, '', 'a']] }), misfit],
    ['a line at half a place', report({ lines: [[0.5, '']] }), misfit],
    ['a label value that is no text', report({ lines: [[1, '', 'a', 1]] }), misfit],
    ['a label value that is too long', report({ lines: [[1, '', 'a', long]] }), misfit],
    ['a place without a value', report({ values: [1] }), misfit],
    ['a value that is no number', report({ values: [1, null] }), misfit],
    ['an exemplar without a time', report({ exemplars: [[1, 1]] }), misfit],
    ['a removal that is no place', report({ removed: ['all'] }), misfit],
    ['something else than true', report({ isGone: 1 }), misfit],
  ];
  for (const [name, value, expected] of cases) {
    test(name, () => expect(readFromWorker(value)).toMatchObject({ kind: 'broken', ...expected }));
  }
});

test('throws at nothing', () => {
  const envelope = { type: fc.constant('hearth:metrics'), version: fc.constant(1) };
  const kind = fc.constantFrom(
    'hello',
    'report',
    'answer',
    'scrape',
    'totals',
    'acknowledge',
    'collect',
    'refusal',
    'bye',
  );
  const message = fc.record({
    ...envelope,
    kind,
    session: fc.anything(),
    sequence: fc.anything(),
    id: fc.anything(),
    metrics: fc.oneof(fc.anything(), fc.array(fc.anything())),
  });
  fc.assert(
    fc.property(fc.oneof(fc.anything(), message), (value) => {
      for (const read of [readFromWorker, readFromPrimary]) {
        expect(['foreign', 'broken', 'message']).toContain(read(value).kind);
      }
    }),
  );
});
