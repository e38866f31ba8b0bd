import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeFileSystem } from '../file/node-file-system.ts';
import { PageCache } from '../file/page-cache.ts';
import { createPace } from '../wal/node-pace.ts';
import { bundleProgram } from '../wal/testing/bundle-program.ts';
import { openHead } from './open-head.ts';
import { SERIES_PER_SCRAPE, scrapedLabels, scrapedValue, scrapeTime } from './testing/endless-scrapes.ts';
import { readAll } from './testing/head-model.ts';
import { ALL } from './testing/small-head.ts';

/** Truncation keeps more than any chunk is long. */
const KEPT_SCRAPES = 300;

let directory: string;
let program: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-killed-head-'));
  program = await bundleProgram(join(import.meta.dirname, 'testing/endless-appender.ts'), directory);
}, 60_000);

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

/** Runs the program until it has had `count` commits accepted, then kills it. Returns the last number. */
async function appendAndKill(data: string, first: number, count: number): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, [program, data, String(first), String(KEPT_SCRAPES)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const exited = once(child, 'exit');
  let last = 0;
  let accepted = 0;
  for await (const line of createInterface({ input: child.stdout! })) {
    last = Number(line);
    if (++accepted === count) child.kill('SIGKILL');
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  return last;
}

test('a head is killed again and again: what was committed is there, bit by bit, and of the commit under way all or nothing', async () => {
  const data = join(directory, 'data');
  let next = 1;
  for (const count of [1, 90, 61, 150, 333, 7]) {
    const last = await appendAndKill(data, next, count);
    const warnings: string[] = [];
    const head = await openHead({
      directory: data,
      fileSystem: nodeFileSystem,
      cache: new PageCache({ budgetBytes: 1024 * 1024 }),
      pace: createPace(),
      warn: (message) => warnings.push(message),
    });
    const whole = head.maxTime === scrapeTime(last) ? last : last + 1;
    expect(head.maxTime).toBe(scrapeTime(whole));
    const from = Math.max(1, whole - KEPT_SCRAPES + 1);
    const querier = head.querier({ startMs: scrapeTime(from), endMs: scrapeTime(whole) });
    expect(await readAll(querier, ALL, scrapeTime(from), scrapeTime(whole))).toEqual(expectedSamples(from, whole));
    await querier.close();
    await head.close();
    expect(querier.warnings).toEqual([]);
    expect(
      warnings.filter((warning) => !/chunks_head|was not written to its end|the last record/.test(warning)),
    ).toEqual([]);
    next = whole + 1;
  }
}, 60_000);

function expectedSamples(from: number, to: number): Record<string, string[]> {
  const expected: Record<string, string[]> = {};
  for (let n = from; n <= to; n++) {
    for (let i = 0; i < SERIES_PER_SCRAPE; i++) {
      const key = scrapedLabels(n, i).toString();
      expected[key] ??= [];
      expected[key].push(`${scrapeTime(n)}=${scrapedValue(n, i)}`);
    }
  }
  return expected;
}
