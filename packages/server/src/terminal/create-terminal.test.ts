import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createTerminal } from './create-terminal.ts';
import { ansiPaint, plainPaint } from './paint.ts';

function create(options: { isTTY?: boolean; isErrorTTY?: boolean; env?: NodeJS.ProcessEnv } = {}) {
  const { isTTY, isErrorTTY, env = {} } = options;
  const stdout = Object.assign(new PassThrough({ encoding: 'utf8' }), isTTY === undefined ? {} : { isTTY });
  const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), isErrorTTY === undefined ? {} : { isTTY: true });
  const lost: Error[] = [];
  const terminal = createTerminal({ stdout, stderr, env, onLost: () => lost.push(new Error('lost')) });
  return { stdout, stderr, lost, terminal };
}

test('writes whole lines, each to where it belongs', () => {
  const { stdout, stderr, terminal } = create();
  terminal.out('news');
  terminal.err('a failure');
  expect(stdout.read()).toBe('news\n');
  expect(stderr.read()).toBe('a failure\n');
});

test.each([
  ['a terminal', { isTTY: true }, ansiPaint],
  ['a terminal of somebody who wants no colour', { isTTY: true, env: { NO_COLOR: '1' } }, plainPaint],
  ['a terminal where NO_COLOR is empty, which means nothing', { isTTY: true, env: { NO_COLOR: '' } }, ansiPaint],
  ['a terminal that knows no colours', { isTTY: true, env: { TERM: 'dumb' } }, plainPaint],
  ['a file or a pipe', {}, plainPaint],
])('%s', (_, options, paint) => {
  expect(create(options).terminal.paint).toBe(paint);
});

test.each([
  ['a terminal has a width', { isTTY: true }, 120],
  ['a file or a pipe has none', {}, undefined],
])('%s', (_, options, width) => {
  const { stdout, terminal } = create(options);
  Object.assign(stdout, { columns: 120 });
  expect(terminal.width).toBe(width);
});

test('a reader that has gone is told, and takes nobody down', () => {
  const { stdout, stderr, lost } = create();
  stdout.emit('error', new Error('EPIPE'));
  stderr.emit('error', new Error('EIO'));
  expect(lost).toHaveLength(2);
});

test('says where long work is on one line of a terminal, which the next one and all else take the place of', () => {
  const { stderr, terminal } = create({ isErrorTTY: true });
  terminal.status('1 %');
  terminal.status('2 %');
  terminal.status('2 %');
  terminal.out('news');
  terminal.out('more');
  expect(stderr.read()).toBe('\r\u001b[2K1 %\r\u001b[2K2 %\r\u001b[2K');
});

test.each([
  ['a file or a pipe', {}],
  ['a terminal that cannot erase', { isErrorTTY: true, env: { TERM: 'dumb' } }],
])('says nothing of it to %s', (_, options) => {
  const { stderr, terminal } = create(options);
  terminal.status('1 %');
  expect(stderr.read()).toBe(null);
});

test('tells whoever writes much when the reader has caught up', async () => {
  const { stdout, terminal } = create();
  expect(terminal.drained()).toBe(undefined);
  terminal.out('x'.repeat(stdout.writableHighWaterMark + stdout.readableHighWaterMark));
  const drained = terminal.drained();
  expect(drained).toBeInstanceOf(Promise);
  stdout.resume();
  await drained;
  expect(terminal.drained()).toBe(undefined);
});

test('does not wait for a reader that has gone', async () => {
  const { stdout, terminal } = create();
  terminal.out('x'.repeat(stdout.writableHighWaterMark + stdout.readableHighWaterMark));
  const drained = terminal.drained();
  stdout.emit('error', new Error('EPIPE'));
  await drained;
  expect(terminal.isLost).toBe(true);
  expect(terminal.drained()).toBe(undefined);
});
