import { describe, expect, test } from 'vitest';
import { type Api, createApi, type Question } from './api.ts';

const OPENING: Question = { kind: 'opening' };
const MOVE: Question = { kind: 'move', move: { board: '.........', player: 'X', cell: 4, opponent: 'computer' } };

interface Stage {
  readonly api: Api;
  readonly requests: readonly string[];
  readonly replicas: readonly string[];
}

function createStage(respond: () => Response | Promise<Response>): Stage {
  const requests: string[] = [];
  const replicas: string[] = [];
  const api = createApi({
    fetch: async (path, { method = 'GET', body = '' }) => {
      requests.push(`${method} ${path} ${body as string}`);
      return respond();
    },
    onServedBy: (replica) => replicas.push(replica),
  });
  return { api, requests, replicas };
}

function ask(api: Api, question: Question): Promise<object> {
  return api.ask(question, new AbortController().signal);
}

test('a move goes out with all the server needs', async () => {
  const { api, requests, replicas } = createStage(() =>
    Response.json({ board: 'O...X....', reply: 0 }, { headers: { 'x-served-by': 'replica-2:3306' } }),
  );
  expect(await ask(api, MOVE)).toEqual({ board: 'O...X....', reply: 0 });
  expect(requests).toEqual(['POST /api/moves {"board":".........","player":"X","cell":4,"opponent":"computer"}']);
  expect(replicas).toEqual(['replica-2:3306']);
});

test('an opening has no reply before it', async () => {
  const { api, requests } = createStage(() => Response.json({ board: '....X....', reply: 4 }));
  expect(await ask(api, OPENING)).toEqual({ board: '....X....', reply: 4 });
  expect(requests).toEqual(['POST /api/games {"beginner":"computer"}']);
});

test('the last move of a game has no reply', async () => {
  const { api } = createStage(() => Response.json({ board: 'XXXOO....', reply: null }));
  expect(await ask(api, MOVE)).toEqual({ board: 'XXXOO....', reply: undefined });
});

describe('answers that are none', () => {
  test.each([
    ['no JSON', () => new Response('<html>', { status: 200 }), 200],
    ['no object', () => Response.json(null), 200],
    ['an impossible board', () => Response.json({ board: 'XXXXXXXXX', reply: null }), 200],
    ['a cell beyond the board', () => Response.json({ board: '.........', reply: 9 }), 200],
    ['a reply that is missing', () => Response.json({ board: '.........' }), 200],
    ['a proxy’s own error page', () => new Response('Bad Gateway', { status: 502 }), 502],
    ['a problem without a sentence', () => Response.json({ status: 400 }, { status: 400 }), 400],
  ])('%s', async (_title, respond, status) => {
    expect(await ask(createStage(respond).api, MOVE)).toEqual({ kind: 'unintelligible', status });
  });
});

describe('refusals', () => {
  test.each([
    ['7', 7],
    [undefined, undefined],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ])('with Retry-After %s', async (retryAfter, retryAfterSeconds) => {
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    const { api } = createStage(() => Response.json({ detail: 'Too fast.' }, { status: 429, headers }));
    expect(await ask(api, MOVE)).toEqual({ kind: 'refused', status: 429, detail: 'Too fast.', retryAfterSeconds });
  });
});

describe('no answer', () => {
  test('is a failure', async () => {
    const { api } = createStage(() => Promise.reject(new TypeError('Failed to fetch')));
    expect(await ask(api, MOVE)).toEqual({ kind: 'unreachable' });
  });

  test('rejects when the asker has given up', async () => {
    const { api } = createStage(() => Promise.reject(new DOMException('aborted', 'AbortError')));
    await expect(api.ask(MOVE, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});

describe('about', () => {
  test.each([
    ['/metrics', '/metrics'],
    [null, undefined],
  ])('metrics at %s', async (metrics, shown) => {
    const { api, requests } = createStage(() => Response.json({ version: '1.2.3', metrics }));
    expect(await api.about()).toEqual({ version: '1.2.3', metrics: shown });
    expect(requests).toEqual(['GET /api/about ']);
  });
});
