import { type Board, CELLS, type Cell, parseBoard } from '../game/board.ts';
import type { MoveRequest } from '../game/messages.ts';

/** What a page can ask the server. */
export type Question = { readonly kind: 'opening' } | { readonly kind: 'move'; readonly move: MoveRequest };

export interface Answer {
  readonly board: Board;
  /** Where the computer moved, if it did. */
  readonly reply: Cell | undefined;
}

export type Failure =
  /** No answer came: no network, no server, or not in time. */
  | { readonly kind: 'unreachable' }
  /** An answer came that this page cannot read. */
  | { readonly kind: 'unintelligible'; readonly status: number }
  /** The server said no, and why. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly detail: string;
      readonly retryAfterSeconds: number | undefined;
    };

/** What the foot of the page shows about the server. */
export interface ServerInfo {
  readonly version: string;
  readonly metrics: string | undefined;
}

export interface Api {
  /** Resolves with an answer or a failure; rejects only when `signal` aborts. */
  ask(question: Question, signal: AbortSignal): Promise<Answer | Failure>;
  about(): Promise<ServerInfo | Failure>;
}

export interface ApiOptions {
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
  /** Called with the name of the replica, whenever one has answered. */
  readonly onServedBy: (replica: string) => void;
}

const ANSWER_TIMEOUT_MS = 8_000;

export function isFailure(value: Answer | ServerInfo | Failure): value is Failure {
  return 'kind' in value;
}

export function createApi({ fetch, onServedBy }: ApiOptions): Api {
  async function request<T>(path: string, init: RequestInit, parse: (body: unknown) => T): Promise<T | Failure> {
    const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    let response: Response;
    let text: string;
    try {
      response = await fetch(path, { ...init, signal });
      text = await response.text();
    } catch (error) {
      if (init.signal?.aborted) throw error;
      return { kind: 'unreachable' };
    }
    const replica = response.headers.get('x-served-by');
    if (replica !== null) onServedBy(replica);
    return readAnswer(response, text, parse);
  }

  return {
    ask: (question, signal) =>
      question.kind === 'opening'
        ? request('/api/games', { ...post({ beginner: 'computer' }), signal }, parseAnswer)
        : request('/api/moves', { ...post(question.move), signal }, parseAnswer),
    about: () => request('/api/about', {}, parseServerInfo),
  };
}

function post(body: object): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function readAnswer<T>(response: Response, text: string, parse: (body: unknown) => T): T | Failure {
  const { status, headers, ok } = response;
  try {
    const body: unknown = JSON.parse(text);
    if (ok) return parse(body);
    return {
      kind: 'refused',
      status,
      detail: stringAt(body, 'detail'),
      retryAfterSeconds: parseSeconds(headers.get('retry-after')),
    };
  } catch {
    return { kind: 'unintelligible', status };
  }
}

function parseAnswer(body: unknown): Answer {
  const board = parseBoard(stringAt(body, 'board'));
  const reply = memberOf(body, 'reply');
  if (reply === null) return { board, reply: undefined };
  if (CELLS.includes(reply as Cell)) return { board, reply: reply as Cell };
  throw new TypeError('"reply" is not a cell');
}

function parseServerInfo(body: unknown): ServerInfo {
  const metrics = memberOf(body, 'metrics');
  return { version: stringAt(body, 'version'), metrics: typeof metrics === 'string' ? metrics : undefined };
}

function stringAt(value: unknown, key: string): string {
  const member = memberOf(value, key);
  if (typeof member === 'string') return member;
  throw new TypeError(`"${key}" is not a string`);
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, key))
    return (value as Record<string, unknown>)[key];
  throw new TypeError(`"${key}" is missing`);
}

function parseSeconds(text: string | null): number | undefined {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
