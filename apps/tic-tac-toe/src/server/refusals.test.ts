import { describe, expect, test } from 'vitest';
import { createTestApp, postJson, refusal } from './app.fixture.ts';

const MOVE = { board: 'X...O....', player: 'X', cell: 8, opponent: 'computer' };

function invalidRequest(field: string, detail: string): object {
  return { type: 'about:blank', title: 'Bad Request', status: 400, detail, code: 'invalid_request', field };
}

describe('a body that is not what it should be', () => {
  const BOARD_RULE = 'must be a string of nine characters, row by row: X, O, or "." for an empty square.';
  const CELL_RULE = 'must be a whole number from 0 (top left) to 8 (bottom right), row by row.';

  test.each([
    [{ ...MOVE, board: 'X...O...' }, 'board', `"board" ${BOARD_RULE}`],
    [{ ...MOVE, board: 'x...o....' }, 'board', `"board" ${BOARD_RULE}`],
    [{ ...MOVE, board: 7 }, 'board', `"board" ${BOARD_RULE}`],
    [{ ...MOVE, player: 'x' }, 'player', '"player" must be "X" or "O".'],
    [{ ...MOVE, cell: 9 }, 'cell', `"cell" ${CELL_RULE}`],
    [{ ...MOVE, cell: -1 }, 'cell', `"cell" ${CELL_RULE}`],
    [{ ...MOVE, cell: 1.5 }, 'cell', `"cell" ${CELL_RULE}`],
    [{ ...MOVE, cell: '4' }, 'cell', `"cell" ${CELL_RULE}`],
    [{ ...MOVE, opponent: 'dog' }, 'opponent', '"opponent" must be "computer" or "person".'],
    [{ ...MOVE, cell: undefined }, 'cell', `"cell" is missing; it ${CELL_RULE}`],
    [{ ...MOVE, board: undefined }, 'board', `"board" is missing; it ${BOARD_RULE}`],
    [{ ...MOVE, cheat: true }, 'cheat', '"cheat" is not a field of this request.'],
  ])('%j', async (payload, field, detail) => {
    const app = createTestApp();
    expect(await refusal(app, { method: 'POST', url: '/api/moves', payload })).toEqual(invalidRequest(field, detail));
  });

  test.each([[[]], [[MOVE]]])('%j is no object', async (payload) => {
    const app = createTestApp();
    expect(await refusal(app, { method: 'POST', url: '/api/moves', payload })).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: 'The body must be a JSON object.',
      code: 'invalid_request',
    });
  });

  test('the beginner of a game', async () => {
    const app = createTestApp();
    expect(await refusal(app, { method: 'POST', url: '/api/games', payload: {} })).toEqual(
      invalidRequest('beginner', '"beginner" is missing; it must be "computer" or "person".'),
    );
  });

  test.each([
    ['{"board":', 'The body is not valid JSON.'],
    ['{"__proto__":{}}', 'The body is not valid JSON.'],
    ['', 'The body is empty; a JSON object was expected.'],
  ])('%j is not JSON', async (payload, detail) => {
    const app = createTestApp();
    const headers = { 'content-type': 'application/json' };
    expect(await refusal(app, { method: 'POST', url: '/api/moves', headers, payload })).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail,
      code: 'malformed_json',
    });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense'])('%s', async (type) => {
    const app = createTestApp();
    const request = {
      method: 'POST',
      url: '/api/moves',
      headers: { 'content-type': type },
      payload: '<move/>',
    } as const;
    expect(await refusal(app, request)).toEqual({
      type: 'about:blank',
      title: 'Unsupported Media Type',
      status: 415,
      detail: 'The body must be sent as application/json.',
      code: 'unsupported_media_type',
    });
  });

  test('no body at all', async () => {
    const app = createTestApp();
    expect(await refusal(app, { method: 'POST', url: '/api/moves' })).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
  });

  test('too long', async () => {
    const app = createTestApp();
    const request = { method: 'POST', url: '/api/moves', payload: { ...MOVE, board: 'X'.repeat(1024) } } as const;
    expect(await refusal(app, request)).toEqual({
      type: 'about:blank',
      title: 'Payload Too Large',
      status: 413,
      detail: 'The body is longer than 1024 bytes.',
      code: 'body_too_large',
    });
  });
});

describe('a move against the rules', () => {
  test.each([
    [{ ...MOVE, cell: 4 }, 'cell_taken', 'Cell 4 is taken by O.'],
    [{ ...MOVE, player: 'O' }, 'not_your_turn', "It is X's turn, not O's."],
    [{ ...MOVE, board: 'XXXOO....' }, 'game_over', 'The game is over: X has won.'],
    [{ ...MOVE, board: 'XOXXOOOXX' }, 'game_over', 'The game is over: it is a draw.'],
    [
      { ...MOVE, board: 'XX.......' },
      'impossible_board',
      'X begins and turns alternate, but the board has 2 X and 0 O.',
    ],
    [
      { ...MOVE, board: 'XXXOOO...' },
      'impossible_board',
      'X has three in a row, but the board shows a move after that.',
    ],
  ])('%j is %s', async (payload, code, detail) => {
    const app = createTestApp();
    expect(await refusal(app, { method: 'POST', url: '/api/moves', payload })).toEqual({
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      detail,
      code,
    });
  });
});

describe('an address or a method that is not there', () => {
  const notFound = {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'There is nothing at this address.',
    code: 'not_found',
  };

  test.each([
    ['GET', '/nothing'],
    ['POST', '/nothing'],
    ['GET', '/api'],
    ['GET', '/api/moves/'],
    ['GET', '/assets/browser/nothing.js'],
    ['GET', '/assets/browser/main.d.ts'],
    ['GET', '/package.json'],
    ['DELETE', '/api/moves/1?board=x'],
  ] as const)('%s %s', async (method, url) => {
    expect(await refusal(createTestApp(), { method, url })).toEqual(notFound);
  });

  test('an unknown address is not found, whatever its body', async () => {
    const request = {
      method: 'POST',
      url: '/nothing',
      headers: { 'content-type': 'application/json' },
      payload: '{',
    } as const;
    expect(await refusal(createTestApp(), request)).toEqual(notFound);
  });

  test.each([
    ['GET', '/api/moves', 'POST'],
    ['PUT', '/api/moves?x=1', 'POST'],
    ['OPTIONS', '/api/games', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['DELETE', '/api/about', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
    ['PATCH', '/style.css', 'GET, HEAD'],
    ['POST', '/assets/browser/main.js', 'GET, HEAD'],
  ] as const)('%s %s is not allowed, %s is', async (method, url, allow) => {
    const response = await createTestApp().inject({ method, url });
    expect(response.headers.allow).toBe(allow);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.json()).toEqual({
      type: 'about:blank',
      title: 'Method Not Allowed',
      status: 405,
      detail: `This address answers ${allow}, not ${method}.`,
      code: 'method_not_allowed',
    });
  });

  test('a path that cannot be decoded', async () => {
    expect(await refusal(createTestApp(), { url: '/%zz' })).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: 'The path of the URL is not validly encoded.',
      code: 'bad_request',
    });
  });
});

describe('too many requests', () => {
  test('are told when to come back', async () => {
    const app = createTestApp({ rateLimitMax: 2 });
    const first = await postJson(app, '/api/moves', MOVE);
    expect([first.statusCode, first.headers['x-ratelimit-remaining']]).toEqual([200, '1']);
    expect((await postJson(app, '/api/games', { beginner: 'computer' })).statusCode).toBe(200);

    const refused = await postJson(app, '/api/moves', MOVE);
    expect(refused.headers['retry-after']).toBe('10');
    expect(refused.headers['content-type']).toBe('application/problem+json');
    expect(refused.json()).toEqual({
      type: 'about:blank',
      title: 'Too Many Requests',
      status: 429,
      detail: 'More than 2 requests in ten seconds; try again in 10 seconds.',
      code: 'too_many_requests',
    });
  });

  test('are counted per client address', async () => {
    const app = createTestApp({ rateLimitMax: 1 });
    const statusFrom = async (remoteAddress: string) =>
      (await app.inject({ method: 'POST', url: '/api/moves', payload: MOVE, remoteAddress })).statusCode;
    expect([await statusFrom('10.0.0.1'), await statusFrom('10.0.0.1'), await statusFrom('10.0.0.2')]).toEqual([
      200, 429, 200,
    ]);
  });

  test('do not keep the page, its health or its metrics from being read', async () => {
    const app = createTestApp({ rateLimitMax: 1 });
    for (const url of ['/', '/healthz', '/metrics', '/api/about']) {
      const statuses = [await app.inject({ url }), await app.inject({ url })].map((response) => response.statusCode);
      expect([url, ...statuses]).toEqual([url, 200, 200]);
    }
  });
});

test('a failure nobody foresaw is reported, and the client learns nothing about it', async () => {
  const reported: Error[] = [];
  const failure = new Error('the dice are broken');
  const app = createTestApp({
    reportError: (error) => reported.push(error),
    random: () => {
      throw failure;
    },
  });
  const request = { method: 'POST', url: '/api/moves', payload: MOVE } as const;
  expect(await refusal(app, request)).toEqual({
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    detail: 'Something went wrong on the server.',
    code: 'internal_error',
  });
  expect(reported).toEqual([failure]);
});
