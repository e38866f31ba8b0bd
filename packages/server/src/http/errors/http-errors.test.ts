import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { httpErrors } from './http-errors.ts';

test('the manual has the same table', async () => {
  const manual = await readFile(new URL('../../../../../docs/http-api.md', import.meta.url), 'utf8');
  const rows = [...manual.matchAll(/^\| `([a-z_]+)` \| (\d{3}) \| (.+) \|$/gm)].map(([, code, status, meaning]) => [
    code,
    { status: Number(status), meaning },
  ]);
  const errors = Object.entries(httpErrors).map(([code, { status, meaning }]) => [code, { status, meaning }]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(errors));
});
