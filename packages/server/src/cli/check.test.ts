import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runHearth } from '../testing/run-hearth.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-check-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

async function check(args: readonly string[], input: readonly string[] = []) {
  const { code, out, err } = await runHearth(['check', ...args], { input });
  const shorten = (lines: readonly string[]) => lines.map((line) => line.replaceAll(`${directory}/`, ''));
  return { code, out: shorten(out), err: shorten(err) };
}

async function write(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

describe('check config', () => {
  it('says of each file what is wrong with it', async () => {
    const good = await write('good.yml', 'scrape_configs: [{job_name: a}]');
    const bad = await write('bad.yml', 'globl: {}\nscrape_configs: [{}]');
    expect(await check(['config', good, bad])).toEqual({
      code: 1,
      out: [
        'good.yml: sound: 1 job',
        'bad.yml:1:1: unknown field "globl"; did you mean "global"?',
        'bad.yml:2:18: job_name is missing or empty',
        'bad.yml: 2 findings',
      ],
      err: ['error[HEARTH_BAD_CONFIG]: 1 of 2 files cannot be used'],
    });
  });

  it('lets warnings pass', async () => {
    const file = await write(
      'a.yml',
      'runtime: {gogc: 50}\nscrape_configs: [{job_name: a, file_sd_configs: [{files: [t.yml]}]}]',
    );
    expect(await check(['config', file])).toEqual({
      code: 0,
      out: ['a.yml: sound: 1 job'],
      err: [
        'a.yml:1:17: warning: gogc has no effect: it tunes Go, and this program runs on Node.js',
        'a.yml: warning: job "a": file_sd_configs: there is no t.yml yet',
      ],
    });
  });

  it('looks for the files of secrets, unless it is told not to', async () => {
    const file = await write(
      'a.yml',
      'scrape_configs: [{job_name: a, bearer_token_file: token, tls_config: {ca_file: ca}}]',
    );
    await write('token', 'rosebud');
    const { code, out } = await check(['config', file]);
    expect({ code, out }).toEqual({
      code: 1,
      out: ['a.yml: job "a": ca_file: ca: there is no such file', 'a.yml: 1 finding'],
    });
    expect(await check(['config', '--syntax-only', file])).toEqual({ code: 0, out: ['a.yml: sound: 1 job'], err: [] });
  });

  it('says so where there is no such file, or none is given', async () => {
    expect(await check(['config', join(directory, 'none.yml')])).toMatchObject({
      code: 1,
      out: ['none.yml: there is no such file', 'none.yml: 1 finding'],
    });
    expect(await check(['config'])).toMatchObject({ code: 2, out: [] });
  });

  it('refuses a file that is not UTF-8', async () => {
    const path = join(directory, 'a.yml');
    await writeFile(path, Buffer.from([0x61, 0x3a, 0xff]));
    expect(await check(['config', path])).toMatchObject({
      code: 1,
      out: ['a.yml: it is not UTF-8', 'a.yml: 1 finding'],
    });
  });
});

describe('check web-config', () => {
  it('says what is on', async () => {
    const hash = '$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi';
    const users = await write('users.yml', `basic_auth_users: {ana: ${hash}}`);
    const empty = await write('empty.yml', '');
    expect(await check(['web-config', users, empty])).toEqual({
      code: 0,
      out: ['users.yml: sound: no TLS, 1 user', 'empty.yml: sound: no TLS, nobody is asked who they are'],
      err: [],
    });
  });

  it('says what is wrong, without showing what should be secret', async () => {
    const file = await write('a.yml', 'basic_auth_users: {ana: rosebud}');
    expect(await check(['web-config', file])).toMatchObject({
      code: 1,
      out: ['a.yml:1:25: not a bcrypt hash of a password; htpasswd -nBC 10 "" makes one', 'a.yml: 1 finding'],
    });
  });
});

describe('check metrics', () => {
  it('is silent where all is well', async () => {
    expect(await check(['metrics'], ['# HELP a_total h\n# TYPE a_total counter\n', 'a_total 1\n'])).toEqual({
      code: 0,
      out: [],
      err: [],
    });
    expect(await check(['metrics'])).toEqual({ code: 0, out: [], err: [] });
  });

  it('names problems', async () => {
    expect(await check(['metrics'], ['# HELP a h\n# TYPE a counter\na 1\n'])).toEqual({
      code: 1,
      out: ['a counter metrics should have "_total" suffix'],
      err: ['error[HEARTH_BAD_INPUT]: 1 problem with these metrics'],
    });
  });

  it('says where a text is broken', async () => {
    expect(await check(['metrics'], ['a 1\nb{ 1\n'])).toMatchObject({
      code: 1,
      out: [],
      err: [expect.stringMatching(/^error\[HEARTH_BAD_INPUT\]: stdin:2:4: /)],
    });
  });
});
