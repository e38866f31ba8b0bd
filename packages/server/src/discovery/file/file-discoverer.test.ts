import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import type { DiscoveryFailure } from '../discoverer.ts';
import type { TargetGroup } from '../target-group.ts';
import { addressesOf, testDiscoverer } from '../testing/discoverer.suite.ts';
import { createFileDiscoverer } from './file-discoverer.ts';
import { filesOf } from './file-patterns.ts';

const REFRESH_MS = 300_000;
const ADDRESSES = ['a:1', 'b:2'] as const;

async function createDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-files-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

const noWatch = () => ({ close() {} });

testDiscoverer('file discovery', async () => {
  const directory = await createDirectory();
  const file = join(directory, 'targets.json');
  const show = (count: number) => writeFile(file, JSON.stringify([{ targets: ADDRESSES.slice(0, count) }]));
  await show(2);
  return {
    addresses: ADDRESSES,
    createDiscoverer: (clock, onFailure) => {
      const config = { kind: 'file', files: [file], refreshIntervalMs: REFRESH_MS } as const;
      return createFileDiscoverer({ config, clock, onFailure, watch: noWatch });
    },
    world: {
      refreshIntervalMs: REFRESH_MS,
      show,
      fail: () => writeFile(file, '[{"targets": ['),
      failure: /targets\.json cannot be used, so its targets stay as they were: .*JSON/,
    },
  };
});

/** What is found in files with these texts. */
async function read(texts: Readonly<Record<string, string>>, pattern: string) {
  const directory = await createDirectory();
  for (const [name, text] of Object.entries(texts)) await writeFile(join(directory, name), text);
  const failures: DiscoveryFailure[] = [];
  const config = { kind: 'file', files: [join(directory, pattern)], refreshIntervalMs: REFRESH_MS } as const;
  const onFailure = (failure: DiscoveryFailure) => void failures.push(failure);
  const discoverer = createFileDiscoverer({ config, clock: createFakeClock(), onFailure, watch: noWatch });
  onTestFinished(() => discoverer.stop());
  const groups = await new Promise<readonly TargetGroup[]>((resolve) => discoverer.start(resolve));
  const shown = groups.map(({ source, targets, labels }) =>
    [source, targets.join(' '), labels.toString()].join(' ').replaceAll(`${directory}/`, ''),
  );
  return { shown, failures: failures.map(({ message }) => message.replaceAll(`${directory}/`, '')) };
}

describe('files', () => {
  test('in YAML have texts, whatever they look like', async () => {
    const text = '- targets: ["a:1"]\n  labels: {version: 1.10, on: yes, empty: }\n- targets:\n  - b:2\n';
    expect(await read({ 'a.yml': text }, 'a.yml')).toEqual({
      shown: [
        'a.yml:0 {__address__="a:1"} {__meta_filepath="a.yml", on="yes", version="1.10"}',
        'a.yml:1 {__address__="b:2"} {__meta_filepath="a.yml"}',
      ],
      failures: [],
    });
  });

  test('of a pattern come by name; an empty one has no groups', async () => {
    const { shown } = await read(
      { 'b.json': '[{"targets":["b:1"]}]', 'a.json': '[]', 'c.json': '[{"targets":["c:1"]}]' },
      '*.json',
    );
    expect(shown.map((line) => line.split(' ')[0])).toEqual(['b.json:0', 'c.json:0']);
    expect(await read({ 'a.yml': '' }, 'a.yml')).toEqual({ shown: [], failures: [] });
  });

  test.each([
    ['{"targets": []}', 'expected a list of target groups, got an object'],
    ['["a:1"]', 'group 0: expected targets and labels, got string "a:1"'],
    ['[{"targets": [1]}]', 'group 0, target 0: expected an address, got number 1'],
    ['[{"target": []}]', 'group 0: unknown field "target"'],
    ['[{"targets": "a"}]', 'group 0: expected a list of targets, got string "a"'],
    ['[{"labels": {"": "a"}}]', 'group 0: "" is not a valid label name'],
    ['[{"labels": {"a": 1}}]', 'group 0, label a: expected a text, got number 1'],
  ])('%s is refused: %s', async (text, reason) => {
    expect(await read({ 'a.json': text, 'b.json': '[{"targets":["b:1"]}]' }, '*.json')).toEqual({
      shown: ['b.json:0 {__address__="b:1"} {__meta_filepath="b.json"}'],
      failures: [`a.json cannot be used, so it gives no targets: ${reason}`],
    });
  });

  test('a YAML bomb is refused', async () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let i = 0; i < 9; i++) {
      const [from, to] = [String.fromCharCode(97 + i), String.fromCharCode(98 + i)];
      lines.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(', ')}]`);
    }
    const { failures } = await read({ 'a.yml': lines.join('\n') }, 'a.yml');
    expect(failures[0]).toMatch(/Excessive alias count/);
  });
});

test('a change in the directory is noticed', async () => {
  const directory = await createDirectory();
  const clock = createFakeClock();
  const calls: (readonly TargetGroup[])[] = [];
  const config = { kind: 'file', files: [join(directory, '*.json')], refreshIntervalMs: REFRESH_MS } as const;
  const discoverer = createFileDiscoverer({ config, clock, onFailure: () => {} });
  onTestFinished(() => discoverer.stop());
  discoverer.start((groups) => void calls.push(groups));
  await eventually(() => calls.length).toBe(1);
  await writeFile(join(directory, 'a.json'), '[{"targets": ["a:1"]}]');
  await clock.whenArmed(50);
  await eventually(() => {
    clock.advance(50);
    return calls.length;
  }).toBe(2);
  expect(addressesOf(calls[1])).toEqual(['a:1']);
});

test('a pattern finds what lies between the parts around its star', async () => {
  const directory = await createDirectory();
  for (const name of ['a.json', 'ab.json', 'b.json', 'a.yml', '.json']) await writeFile(join(directory, name), '');
  const names = async (pattern: string) =>
    (await filesOf(join(directory, pattern))).map((file) => file.slice(directory.length + 1));
  expect(await names('a*.json')).toEqual(['a.json', 'ab.json']);
  expect(await names('*')).toEqual(['.json', 'a.json', 'a.yml', 'ab.json', 'b.json']);
  expect(await names('a.json')).toEqual(['a.json']);
  expect(await names('missing.json')).toEqual([]);
  expect(await filesOf(join(directory, 'missing', '*.json'))).toEqual([]);
});
