import { expect, test } from 'vitest';
import { createDirectory, logSamples, ulidOf, writeTestBlock } from './testing/data-directory.ts';
import { hearthTsdb } from './testing/hearth-tsdb.ts';

const START = 1_700_000_000_000;

function series(labels: Readonly<Record<string, string>>, ...times: readonly number[]) {
  return { labels, samples: times.map((time) => [START + time, time] as const) };
}

const FIRST = [
  series({ __name__: 'up', job: 'api' }, 0, 9_999),
  series({ __name__: 'up', job: 'wéb' }, 0, 9_999),
  series({ __name__: 'guest', job: 'api', pod: '1' }, 10),
  series({ __name__: 'guest', job: 'api', pod: '2' }, 20),
];

const EXPECTED = `Block ID: ${ulidOf(2)}
Duration: 10s
Series: 4
Label names: 3
Postings (unique label pairs): 6
Postings entries (total label pairs): 10

Label pairs most involved in churning:
2 __name__=guest
2 job=api

Label names most involved in churning:
2 __name__
2 job

Most common label pairs:
3 job=api
2 __name__=guest

Label names with highest cumulative label value length:
7 __name__
7 job

Highest cardinality labels:
2 __name__
2 job

Highest cardinality metric names:
2 guest
2 up`.split('\n');

test('prints what a block is made of, the highest first', async () => {
  const directory = await createDirectory();
  await writeTestBlock(directory, ulidOf(2), FIRST);
  const { code, out, err } = await hearthTsdb(['analyze', '--limit', '2', directory]);
  expect({ code, out, err }).toEqual({ code: 0, out: EXPECTED, err: [] });
});

test('takes the newest block unless one is named', async () => {
  const directory = await createDirectory();
  await writeTestBlock(directory, ulidOf(2), FIRST);
  await writeTestBlock(directory, ulidOf(1), [series({ __name__: 'later' }, 10_000_000)]);
  expect((await hearthTsdb(['analyze', directory])).out[0]).toBe(`Block ID: ${ulidOf(1)}`);
  const { out } = await hearthTsdb(['analyze', '--limit=2', directory, ulidOf(2)]);
  expect(out).toEqual(EXPECTED);
});

test('refuses a block that there is not, and a directory that has none', async () => {
  const directory = await createDirectory();
  await logSamples(directory, [series({ a: 'b' }, 1)]);
  const [none, unknown] = [
    await hearthTsdb(['analyze', directory]),
    await hearthTsdb(['analyze', directory, ulidOf(7)]),
  ];
  expect([none.code, ...none.err]).toEqual([
    1,
    `error[HEARTH_DATA_DIRECTORY]: ${directory}: there are no blocks in it; what is in the log becomes one after two hours or three`,
  ]);
  expect([unknown.code, ...unknown.err]).toEqual([
    1,
    `error[HEARTH_DATA_DIRECTORY]: ${directory}: there is no block ${ulidOf(7)}; hearth tsdb list names those that there are`,
  ]);
  expect((await hearthTsdb(['analyze', '--limit', '0'])).code).toBe(2);
});
