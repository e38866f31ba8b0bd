import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findingCodes } from './finding.ts';
import {
  NOT_SUPPORTED_AT_THE_TOP,
  NOT_SUPPORTED_IN_AUTHORIZATION,
  NOT_SUPPORTED_IN_BASIC_AUTH,
  NOT_SUPPORTED_IN_HTTP_CLIENTS,
  NOT_SUPPORTED_IN_TLS,
  NOT_SUPPORTED_VALUES,
  NOT_YET,
  type Refusal,
} from './unsupported.ts';

const manual = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');

test('the manual lists what is refused, and why', () => {
  const refusals: Readonly<Record<string, Refusal>> = {
    ...NOT_YET,
    ...NOT_SUPPORTED_AT_THE_TOP,
    ...NOT_SUPPORTED_IN_HTTP_CLIENTS,
    ...NOT_SUPPORTED_IN_BASIC_AUTH,
    ...NOT_SUPPORTED_IN_AUTHORIZATION,
    ...NOT_SUPPORTED_IN_TLS,
    ...NOT_SUPPORTED_VALUES,
  };
  const rows = Object.entries(refusals).map(
    ([name, { reason, instead }]) => `| \`${name}\` | ${reason} | ${instead} |`,
  );
  expect(rows.filter((row) => !manual.includes(row))).toEqual([]);
});

test('the manual lists the codes', () => {
  const [, codes] = manual.split('## Codes');
  const rows = Array.from(codes.matchAll(/^\| `([a-z_]+)` \| ([^|]+) \|$/gm), ([, code, meaning]) => [code, meaning]);
  expect(rows).toEqual(Object.entries(findingCodes));
});
