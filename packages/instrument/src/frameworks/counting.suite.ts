import { expect, it } from 'vitest';
import { type Framework, PIECES, type Traits } from '../testing/apps/framework.ts';
import { launch } from '../testing/launch.ts';

type Case = [
  request: string,
  counted: string,
  requestBytes: number,
  responseBytes: number | 'as received',
  body?: string | readonly string[],
];

const PLAYER = 'GET /teams/:team/players/:player 200';
const LEAGUE_PLAYER = 'GET /leagues/:league/teams/:team/players/:player 200';

const CASES: readonly Case[] = [
  ['GET /hello', 'GET /hello 200', 0, 5],
  ['GET /hello?a=1&b=/x', 'GET /hello 200', 0, 5],
  ['HEAD /hello', 'HEAD /hello 200', 0, 0],
  ['DELETE /empty', 'DELETE /empty 204', 0, 0],
  ['POST /echo', 'POST /echo 200', 0, 5],
  ['POST /echo', 'POST /echo 200', 11, 6, 'hello world'],
  ['POST /echo', 'POST /echo 200', 8, 5, 'żółć'],
  ['POST /echo', 'POST /echo 200', 12, 6, ['hello', ' ', 'chunks']],
  ['GET /stream', 'GET /stream 200', 0, PIECES.join('').length],
  ['GET /teams/reds/players/7', PLAYER, 0, '7 of reds'.length],
  ['GET /teams/teams/players/teams', PLAYER, 0, 'teams of teams'.length],
  ['GET /teams/players/players/players', PLAYER, 0, 'players of players'.length],
  ['GET /teams/a%20b/players/%C3%BC', PLAYER, 0, 'ü of a b'.length + 1],
  ['GET /teams/a%2Fb/players/c%3Fd', PLAYER, 0, 'as received'],
  ['GET /teams/:team/players/x', PLAYER, 0, 'x of :team'.length],
  ['GET /teams/*/players/x', PLAYER, 0, 'x of *'.length],
  ['GET /leagues/teams/teams/players/players/teams', LEAGUE_PLAYER, 0, 'teams of players'.length],
  ['GET /leagues/x/teams/x/players/x', LEAGUE_PLAYER, 0, 'x of x'.length],
  ['GET /nowhere', 'GET unmatched 404', 0, 'as received'],
  ['GET //hello', 'GET unmatched 404', 0, 'as received'],
  ['GET /teams', 'GET unmatched 404', 0, 'as received'],
  ['GET /teams/reds/players', 'GET unmatched 404', 0, 'as received'],
  ['HEAD /nowhere', 'HEAD unmatched 404', 0, 0],
  ['PURGE /nowhere', 'OTHER unmatched 404', 0, 'as received'],
  ['PROPFIND /nowhere', 'OTHER unmatched 404', 0, 'as received'],
];

export function describeCounting(framework: Framework): void {
  const cases = [...CASES, ...casesOf(framework.traits)];
  it.each(cases)('%s is counted as %s, %i bytes in, %s out', async (request, counted, requestBytes, wanted, body) => {
    const app = await launch(framework);
    const answer = await app.send(request, body === undefined ? {} : { body });
    const responseBytes = wanted === 'as received' ? answer.bytes.length : wanted;
    expect(answer.bytes).toHaveLength(responseBytes);

    const key = counted.replace(/ \d+$/, '');
    expect(await app.requests()).toEqual({ [counted]: 1 });
    expect(await app.exceptions()).toEqual({});
    expect(await app.rows('http_request_duration_seconds_count', 'method', 'endpoint')).toEqual({ [key]: 1 });
    expect(await app.rows('http_request_size_bytes_count', 'method', 'endpoint')).toEqual({ [key]: 1 });
    expect(await app.rows('http_request_size_bytes_sum', 'method', 'endpoint')).toEqual({ [key]: requestBytes });
    expect(await app.rows('http_response_size_bytes_count', 'method', 'endpoint')).toEqual({ [key]: 1 });
    expect(await app.rows('http_response_size_bytes_sum', 'method', 'endpoint')).toEqual({ [key]: responseBytes });
  });

  it('the body of an answer is what it would be without instrumentation', async () => {
    const app = await launch(framework);
    const { headers, text } = await app.send('GET /stream', { headers: { 'accept-encoding': 'gzip' } });
    expect(text).toBe(PIECES.join(''));
    expect(headers['content-encoding']).toBeUndefined();
  });

  it('the duration lies in the buckets that the naming says', async () => {
    const app = await launch(framework);
    await app.send('GET /hello');
    const buckets = await app.rows('http_request_duration_seconds_bucket', 'method', 'endpoint', 'le');
    const bounds = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1.0', '2.5', '5.0', '10.0', '+Inf'];
    expect(Object.keys(buckets)).toEqual(bounds.map((bound) => `GET /hello ${bound}`));
    expect(buckets['GET /hello +Inf']).toBe(1);
  });

  const { brokenEscape } = framework.traits;
  it(`a path that cannot be decoded is ${brokenEscape}`, async () => {
    const app = await launch(framework);
    const { status } = await app.send('GET /teams/%zz/players/x');
    const counted = { matched: { [PLAYER]: 1 }, unmatched: { 'GET unmatched 400': 1 }, 'answered before any hook': {} };
    expect(await app.requests()).toEqual(counted[brokenEscape]);
    expect(status).toBe(brokenEscape === 'matched' ? 200 : 400);
    expect(await app.exceptions()).toEqual({});
  });
}

function casesOf({ dotSegments, otherMethod }: Traits): readonly Case[] {
  return [
    ['GET /teams/../players/x', dotSegments === 'kept' ? PLAYER : 'GET unmatched 404', 0, 'as received'],
    ['POST /hello', `POST ${otherMethod === 'matched' ? '/hello' : 'unmatched'} 404`, 0, 'as received'],
  ];
}
