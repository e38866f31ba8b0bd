import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentsOf } from './damaged-directory.ts';
import { takeInventory } from './inventory.ts';
import { openSmall } from './opened.ts';
import { prepareScrapers, type Scrapers } from './scraper.ts';

let scrapers: Scrapers;

beforeAll(async () => {
  scrapers = await prepareScrapers();
});

afterAll(() => scrapers.close());

describe('a second process on the same directory', () => {
  test('is refused, with the number of the first one, and disturbs nothing', async () => {
    const data = join(scrapers.directory, 'one');
    const first = scrapers.start(data);
    first.begin(0);
    await first.untilOpened();
    const refusal = { code: 'locked', message: expect.stringContaining(`process ${first.pid} on `) };
    await expect(openSmall(data)).rejects.toMatchObject(refusal);
    await expect(openSmall(data)).rejects.toMatchObject(refusal);

    const second = scrapers.start(data);
    second.begin(0);
    const { code, lines, errors } = await second.untilEnded();
    expect({ code, lines }).toEqual({ code: 1, lines: [] });
    expect(errors.join('\n')).toContain(`process ${first.pid} on `);

    first.kill();
    const ended = await first.untilEnded();
    expect({ signal: ended.signal, errors: ended.errors }).toEqual({ signal: 'SIGKILL', errors: [] });
    const committed = Math.max(...ended.lines.filter((line) => /^\d+$/.test(line)).map(Number));
    const { db } = await openSmall(data);
    const found = await takeInventory(db, committed + 1);
    expect(found.wrong).toEqual([]);
    expect(found.countOf(committed)).toBeGreaterThan(0);
    await expect(openSmall(data)).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining('this process on '),
    });
    await db.close();
    expect(await readdir(data)).not.toContain('lock');
  });

  test('that comes at the same time, where a killed one was, is refused', async () => {
    const data = join(scrapers.directory, 'both');
    for (let round = 0; round < 8; round++) {
      const all = [0, 1].map(() => scrapers.start(data));
      for (const scraper of all) scraper.begin(round * 100_000);
      await Promise.all(all.map((scraper) => scraper.untilOpened()));
      for (const scraper of all) scraper.kill();
      const ended = await Promise.all(all.map((scraper) => scraper.untilEnded()));
      const opened = ended.filter(({ lines }) => lines.length > 0);
      expect(opened).toHaveLength(1);
      for (const { lines, errors } of ended) {
        if (lines.length === 0) expect(errors.join('\n')).toContain('uses the data directory already');
      }
    }
    expect([...(await contentsOf(data)).keys()].filter((file) => file.includes('stale'))).toEqual([]);
  });
});
