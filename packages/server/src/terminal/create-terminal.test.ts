import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createTerminal } from './create-terminal.ts';
import { ansiPaint, plainPaint } from './paint.ts';

function create({ isTTY, env = {} }: { isTTY?: boolean; env?: NodeJS.ProcessEnv } = {}) {
  const stdout = Object.assign(new PassThrough({ encoding: 'utf8' }), isTTY === undefined ? {} : { isTTY });
  const stderr = new PassThrough({ encoding: 'utf8' });
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

test('a reader that has gone is told, and takes nobody down', () => {
  const { stdout, stderr, lost } = create();
  stdout.emit('error', new Error('EPIPE'));
  stderr.emit('error', new Error('EIO'));
  expect(lost).toHaveLength(2);
});
