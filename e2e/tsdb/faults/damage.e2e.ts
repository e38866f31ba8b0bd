import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BlockMeta } from '../../../packages/tsdb/src/index.ts';
import { createRandom } from '../generated-series.ts';
import {
  applyDamage,
  contentsOf,
  copyDirectory,
  type Damage,
  filesIn,
  isDeleted,
  KINDS,
  type Kind,
  LAST_SCRAPE,
  type LoggedRecord,
  loggedRecords,
  prepareDirectory,
  sizeOf,
} from './damaged-directory.ts';
import { commitScrape, SERIES_PER_SCRAPE, scrapeTime } from './feed.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import { openSmall } from './opened.ts';

const SEED = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000);
const FLIPS = 40;
const CUTS = 20;

interface Sample {
  readonly n: number;
  readonly i: number;
}

let directory: string;
let template: string;
let blocks: readonly BlockMeta[];
let records: readonly LoggedRecord[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-faults-damage-'));
  template = join(directory, 'template');
  await prepareDirectory(template);
  records = await loggedRecords(template);
  const copy = join(directory, 'sound');
  await copyDirectory(template, copy);
  const { db, complaints } = await openSmall(copy);
  blocks = db.blocks().map(({ meta }) => meta);
  const found = await takeInventory(db, LAST_SCRAPE);
  await db.close();
  expect({ complaints: complaints(), lost: lostOf(found), back: backIn(found), ...found }).toMatchObject({
    complaints: [],
    warnings: [],
    wrong: [],
    lost: [],
    back: [],
  });
  // Each kind of file is there, and there is something in the tombstones.
  for (const kind of Object.keys(KINDS) as Kind[]) expect(await filesOf(kind)).not.toEqual([]);
  expect(blocks.some(({ stats }) => stats.numTombstones > 0)).toBe(true);
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

function lostOf(found: Inventory): Sample[] {
  return samplesWhere((n, i) => !isDeleted(n, i) && !found.has(n, i));
}

function backIn(found: Inventory): Sample[] {
  return samplesWhere((n, i) => isDeleted(n, i) && found.has(n, i));
}

function samplesWhere(is: (n: number, i: number) => boolean): Sample[] {
  const samples: Sample[] = [];
  for (let n = 0; n <= LAST_SCRAPE; n++) {
    for (let i = 0; i < SERIES_PER_SCRAPE; i++) if (is(n, i)) samples.push({ n, i });
  }
  return samples;
}

async function filesOf(kind: Kind): Promise<string[]> {
  const files = (await filesIn(template)).filter((file) => KINDS[kind].test(file));
  const sizes = await Promise.all(files.map((file) => sizeOf(template, file)));
  return files.filter((_, i) => sizes[i] > 0);
}

/** What can be missing after such damage and no more. */
function mayBeLost(kind: Kind, { file, byte }: Damage): (sample: Sample) => boolean {
  const inHead = ({ n }: Sample) => scrapeTime(n) >= Math.max(...blocks.map(({ maxTime }) => maxTime));
  switch (kind) {
    case 'segment of the log': {
      const before = new Set(
        records.filter((r) => r.file < file || (r.file === file && r.end <= byte)).map((r) => r.scrape),
      );
      return (sample) => inHead(sample) && !before.has(sample.n);
    }
    case 'checkpoint':
      return inHead;
    case 'head chunks':
      return () => false;
    default: {
      const block = blocks.find(({ ulid }) => file.startsWith(ulid))!;
      return ({ n }) => scrapeTime(n) >= block.minTime && scrapeTime(n) < block.maxTime;
    }
  }
}

/** A log that is cut between two records looks like a shorter log. */
function isSilent(kind: Kind, { file, what, byte }: Damage): boolean {
  if (what !== 'cut') return false;
  if (kind === 'segment of the log') return records.some((record) => record.file === file && record.offset === byte);
  return kind === 'checkpoint' && records.some((record) => record.file.startsWith(kind) && record.offset === byte);
}

/** Damages a copy and gives all that is not as it was promised. */
async function complaintsAbout(kind: Kind, damage: Damage): Promise<string[]> {
  const wrong: string[] = [];
  const copy = join(directory, 'copy');
  await copyDirectory(template, copy);
  await applyDamage(copy, damage);
  const before = await contentsOf(copy);

  const { db, complaints } = await openSmall(copy);
  const found = await takeInventory(db, LAST_SCRAPE);
  const lost = lostOf(found);
  wrong.push(...found.wrong);
  const tooMuch = lost.filter((sample) => !mayBeLost(kind, damage)(sample));
  if (tooMuch.length > 0) wrong.push(`${tooMuch.length} samples too many are lost, from scrape ${tooMuch[0].n} on`);
  const said = [...complaints(), ...found.warnings];
  const isSaid = said.some((line) => line.includes(join(copy, damage.file)));
  if (lost.length > 0 && !isSaid && !isSilent(kind, damage)) wrong.push(`the loss is not said: ${said.join('; ')}`);
  const isDeletionLost = kind === 'segment of the log' || kind === 'checkpoint';
  if (!isDeletionLost && backIn(found).length > 0) wrong.push('deleted samples are back');
  await commitScrape(db, LAST_SCRAPE + 1);
  await db.close();

  wrong.push(...(await gone(copy, before, complaints())));
  wrong.push(...(await complaintsAboutNextStart(kind, copy)));
  await rm(copy, { recursive: true });
  return wrong;
}

/** Whatever was there is there, under its name or another; but for the end of a log that looks like a write cut short. */
async function gone(
  copy: string,
  before: ReadonlyMap<string, string>,
  complaints: readonly string[],
): Promise<string[]> {
  const after = new Set((await contentsOf(copy)).values());
  const cutShort = complaints.filter((line) => line.includes('not written to its end'));
  return [...before]
    .filter(([file, content]) => !after.has(content) && !cutShort.some((line) => line.startsWith(join(copy, file))))
    .map(([file]) => `the content of ${file} is gone`);
}

/** What was in a damaged checkpoint is missed again and again, until the log does not refer to it any more. */
async function complaintsAboutNextStart(kind: Kind, copy: string): Promise<string[]> {
  const { db, complaints } = await openSmall(copy);
  const found = await takeInventory(db, LAST_SCRAPE + 1);
  await db.close();
  const isExpected = (line: string) => kind === 'checkpoint' && line.startsWith('left out while the log was replayed');
  const isThere = found.countOf(LAST_SCRAPE + 1) === SERIES_PER_SCRAPE;
  return [
    ...found.wrong,
    ...complaints()
      .filter((line) => !isExpected(line))
      .map((line) => `at the next start: ${line}`),
    ...(isThere ? [] : ['what was committed after the damage is not there at the next start']),
  ];
}

describe(`damage to a file of each kind (seed ${SEED}): it starts, nothing is wrong, what is lost is said, nothing is deleted`, () => {
  const random = createRandom(SEED);
  const below = (count: number) => Math.floor(random() * count);

  test.each(Object.keys(KINDS) as Kind[])('%s', async (kind) => {
    const files = await filesOf(kind);
    const failures: string[] = [];
    for (let trial = 0; trial < FLIPS + CUTS; trial++) {
      const file = files[below(files.length)];
      const what = trial < FLIPS ? 'flip' : 'cut';
      const damage: Damage = { file, what, byte: below(await sizeOf(template, file)), bit: below(8) };
      const complaints = await complaintsAbout(kind, damage);
      failures.push(...complaints.map((complaint) => `${JSON.stringify(damage)}: ${complaint}`));
    }
    expect(failures).toEqual([]);
  });
});
