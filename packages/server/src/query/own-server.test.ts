import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from '@node-rs/bcrypt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPEN_ACCESS } from '../http/access/access-config.ts';
import { createTestApi, NOW_MS } from '../http/testing/test-api.ts';
import { hearthQuery } from './testing/hearth-query.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-query-'));
});

afterAll(() => rm(directory, { recursive: true }));

/** Hearth's own server, with a counter that ann may see. */
async function startServer(): Promise<{ readonly url: string; readonly login: readonly string[] }> {
  const samples = [60, 45, 30, 15, 0].map((age) => [age, 60 - age] as const);
  const users = new Map([['ann', hashSync('sesame', { cost: 4 })]]);
  const { app } = await createTestApi([{ labels: { __name__: 'seen_total', 'http.path': '/köln' }, samples }], {
    access: () => ({ ...OPEN_ACCESS, users }),
  });
  const passwordFile = join(directory, 'password');
  await writeFile(passwordFile, 'sesame\n');
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, login: ['--user', 'ann', '--password-file', passwordFile] };
}

test("Hearth's own server answers", async () => {
  const { url, login } = await startServer();
  const ask = (...argv: string[]) => hearthQuery([...argv, '--url', url, ...login]);
  const now = String(NOW_MS / 1000);

  expect(await ask('seen_total')).toEqual({
    code: 0,
    out: ['seen_total{"http.path"="/köln"}: 1 series at 2023-11-14 22:13:20 UTC', '', 'value', '   60'],
    err: [],
  });
  expect((await ask('seen_total', '--range', '1m', '--end', now, '--step', '15s')).out.slice(2)).toEqual([
    'last  min  max',
    '  60    0   60  ▁▃▅▇█',
  ]);
  expect((await ask('labels')).out).toEqual(['__name__', 'http.path']);
  expect((await ask('labels', 'http.path', '--match', 'seen_total')).out).toEqual(['/köln']);
  expect((await ask('series', '{"http.path"=~".+"}', '--format', 'csv')).out).toEqual([
    '__name__,http.path',
    'seen_total,/köln',
  ]);
  expect(await ask('sum(öl)')).toEqual({
    code: 1,
    out: [],
    err: ["error[HEARTH_QUERY]: 1:5: parse error: unexpected character: 'ö'", '    sum(öl)', '        ^'],
  });
});

test("Hearth's own server asks who comes", async () => {
  const { url, login } = await startServer();
  const wrong = ['--user', 'eve', ...login.slice(2)];
  expect((await hearthQuery(['x', '--url', url])).err[0]).toContain('error[HEARTH_LOGIN]');
  expect((await hearthQuery(['x', '--url', url, ...wrong])).err[0]).toContain('it does not accept this name');
});
