import { createLabels } from '@hearth/model';
import { expect, test } from 'vitest';
import { createTestApi, NOW_MS, type TestApi, type TestSeries } from '../testing/test-api.ts';
import { EMPTY_CONFIG } from '../testing/views.ts';

const SERIES: readonly TestSeries[] = [
  {
    labels: { __name__: 'up', job: 'web', instance: 'a' },
    samples: [
      [60, 1],
      [30, 0],
    ],
  },
  { labels: { __name__: 'up', job: 'say "hi"\\\n' }, samples: [[45, 2e-7]] },
  { labels: { __name__: 'my.metric', 'http.path': '/', '1st': 'x' }, samples: [[10, Number.NaN]] },
  { labels: { __name__: 'old', job: 'web' }, samples: [[400, 1]] },
  { labels: { job: 'nameless' }, samples: [[10, 1]] },
  { labels: { __name__: 'load', region: 'own' }, samples: [[10, Infinity]] },
];

function createApi(): Promise<TestApi> {
  const externalLabels = () => createLabels({ region: 'eu', zone: 'b' });
  return createTestApi(SERIES, { config: { ...EMPTY_CONFIG, externalLabels } });
}

test('the newest samples by name, with external labels where the series has none of that name', async () => {
  const { app } = await createApi();
  const answer = await app.inject('/federate?match[]={__name__=~"up|old|load"}&match[]={job="nameless"}&match[]=up');
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8; escaping=underscores');
  expect(answer.body).toBe(
    [
      '# TYPE load untyped',
      `load{region="own",instance="",zone="b"} +Inf ${NOW_MS - 10_000}`,
      '# TYPE up untyped',
      `up{instance="a",job="web",region="eu",zone="b"} 0 ${NOW_MS - 30_000}`,
      `up{job="say \\"hi\\"\\\\\\n",instance="",region="eu",zone="b"} 2e-07 ${NOW_MS - 45_000}`,
      '',
    ].join('\n'),
  );
});

test('names that the old format does not have are written with underscores, unless the client reads more', async () => {
  const { app } = await createApi();
  const plain = await app.inject('/federate?match[]={"my.metric"}');
  const end = `instance="",region="eu",zone="b"} NaN ${NOW_MS - 10_000}\n`;
  expect(plain.body).toBe(`# TYPE my_metric untyped\nmy_metric{_st="x",http_path="/",${end}`);
  const headers = { accept: 'text/plain;version=1.0.0;escaping=allow-utf-8' };
  const quoted = await app.inject({ url: '/federate?match[]={"my.metric"}', headers });
  expect(quoted.headers['content-type']).toBe('text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8');
  expect(quoted.body).toBe(`# TYPE "my.metric" untyped\n{"my.metric","1st"="x","http.path"="/",${end}`);
});

test('a series that has ended is not there', async () => {
  const { app, db } = await createApi();
  const appender = db.appender();
  appender.appendStale(appender.seriesRef(createLabels({ __name__: 'up', job: 'web', instance: 'a' })), NOW_MS - 5000);
  await appender.commit();
  expect((await app.inject('/federate?match[]=up{job="web"}')).body).toBe('');
});

test('without a selector there is nothing', async () => {
  const { app } = await createApi();
  const answer = await app.inject('/federate');
  expect([answer.statusCode, answer.body]).toEqual([200, '']);
});

test('a wrong selector is refused in a line of text', async () => {
  const { app } = await createApi();
  const answer = await app.inject('/federate?match[]=up{');
  expect(answer.statusCode).toBe(400);
  expect(answer.body).toBe('1:4: parse error: unexpected end of input inside braces\n');
});
