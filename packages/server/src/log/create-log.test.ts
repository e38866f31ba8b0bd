import { expect, it } from 'vitest';
import { createLog, type LogFormat } from './create-log.ts';
import type { LogLevel } from './log.ts';

function lines(format: LogFormat, level: LogLevel = 'info') {
  const written: string[] = [];
  const log = createLog({ write: (line) => written.push(line), format, level, now: () => 0 });
  return { log, written };
}

it('writes pairs that a program can read', () => {
  const { log, written } = lines('logfmt');
  log.info('Ready', { address: '127.0.0.1:9090', seconds: 0.25 });
  log.warn('a "b"\nc', { path: 'x=y', nothing: undefined });
  expect(written).toEqual([
    'time=1970-01-01T00:00:00.000Z level=INFO msg=Ready address=127.0.0.1:9090 seconds=0.25',
    'time=1970-01-01T00:00:00.000Z level=WARN msg="a \\"b\\"\\nc" path="x=y"',
  ]);
});

it('writes JSON', () => {
  const { log, written } = lines('json');
  log.error('no room', { bytes: 1 });
  expect(written.map((line) => JSON.parse(line) as unknown)).toEqual([
    { time: '1970-01-01T00:00:00.000Z', level: 'ERROR', msg: 'no room', bytes: 1 },
  ]);
});

it('leaves out what is below its level', () => {
  const { log, written } = lines('logfmt', 'warn');
  log.debug('a');
  log.info('b');
  log.warn('c');
  expect(written).toEqual(['time=1970-01-01T00:00:00.000Z level=WARN msg=c']);
});
