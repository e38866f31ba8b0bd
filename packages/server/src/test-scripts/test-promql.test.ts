import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hearth } from '../testing/run-hearth.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-test-promql-'));
});

afterEach(() => rm(directory, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

const GOOD = `load 1m
  requests_total{path="/a"} 0+10x10

eval instant at 10m sum(rate(requests_total[5m]))
  {} 0.16666666666666666
`;

test('what passes is counted', async () => {
  const file = await write('good.test', GOOD);
  expect(await hearth('test', 'promql', file)).toEqual({ code: 0, out: `${file}: 1 passed`, err: '' });
});

test('what fails is shown with its place, and expected against got', async () => {
  const good = await write('good.test', GOOD);
  const bad = await write('bad.test', 'load 1m\n  a 1 2\n\neval instant at 1m a\n  a 3\n\neval instant at 0 a +\n');
  const { code, out, err } = await hearth('test', 'promql', good, bad);
  expect(code).toBe(1);
  expect(out.split('\n')).toEqual([
    `${good}: 1 passed`,
    `${bad}: 0 passed, 2 failed`,
    `  ${bad}:4: failed: a`,
    '    a: expected 3, got 2',
    `  ${bad}:7: failed: a +`,
    '    the query fails: 1:4: parse error: unexpected end of input',
    '1 passed, 2 failed',
  ]);
  expect(err).toBe('error[HEARTH_TEST_FAILED]: 2 of 3 evaluations failed');
});

test('what is skipped is counted, and shown if asked for', async () => {
  const file = await write('native.test', 'load 1m\n  h {{count:1}}\n\neval instant at 0 h\n  h {{count:1}}\n');
  expect((await hearth('test', 'promql', file)).out).toBe(`${file}: 0 passed, 1 skipped`);
  const { code, out } = await hearth('test', 'promql', '--show-skipped', file);
  expect(code).toBe(0);
  expect(out.split('\n').slice(1)).toEqual([
    `  ${file}:4: skipped: h`,
    '    native histograms are not supported: one is expected',
  ]);
});

test('what cannot be read is refused with its place', async () => {
  const file = await write('odd.test', 'lode 5m\n');
  expect(await hearth('test', 'promql', file)).toEqual({
    code: 1,
    out: '',
    err: `error[HEARTH_BAD_INPUT]: ${file}:1: "lode" is no command: load, clear and eval are`,
  });
  const absent = join(directory, 'absent.test');
  expect((await hearth('test', 'promql', absent)).err).toBe(
    `error[HEARTH_BAD_INPUT]: ${absent}: there is no such file`,
  );
  expect((await hearth('test', 'promql', directory)).err).toContain('it is a directory');
});

test('called wrongly', async () => {
  expect((await hearth('test', 'promql')).code).toBe(2);
  expect((await hearth('test', 'promsql')).code).toBe(2);
});

test.each([['test'], ['test', 'promql']])('%s %s explains itself, in 100 columns', async (...argv) => {
  const { code, out } = await hearth(...argv.filter((arg) => arg !== undefined), '--help');
  expect(code).toBe(0);
  expect(out).toContain('$ hearth test promql queries.test');
  expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
});
