import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { createAppendLine, failureLine } from './failure-log.ts';

test('a failed scrape is a line of JSON', () => {
  const failure = {
    timeMs: 1_700_000_000_000,
    job: 'web',
    target: 'http://a:1/metrics',
    message: 'connection refused',
  };
  expect(failureLine(failure)).toBe(
    '{"time":"2023-11-14T22:13:20.000Z","level":"ERROR","msg":"connection refused","job_name":"web","target":"http://a:1/metrics"}',
  );
});

test('lines come into the file in their order', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-failures-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'failures.log');
  const append = createAppendLine(() => {});
  for (let i = 0; i < 100; i++) append(file, `line ${i}`);
  const expected = Array.from({ length: 100 }, (_, i) => `line ${i}\n`).join('');
  await eventually(() => readFile(file, 'utf8').catch(() => '')).toBe(expected);
});

test('a file that cannot be written is said', async () => {
  const errors: string[] = [];
  createAppendLine((file) => void errors.push(file))('/missing/failures.log', 'line');
  await eventually(() => errors).toEqual(['/missing/failures.log']);
});
