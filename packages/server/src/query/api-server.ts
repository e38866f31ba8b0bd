import { fetch, type Response } from 'undici';
import type { Secret } from '../config/secret.ts';
import { HearthError } from '../errors.ts';
import type { Clock } from '../time/clock.ts';
import { type ApiAnswer, parseAnswer } from './answer.ts';
import { failureOfConnection } from './connection-failure.ts';

/** A larger answer is refused: it would be of no use to people, and programs can ask the server themselves. */
export const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

/** How much longer than the server itself a question is waited for, so that the server can say that it ran out of time. */
const GRACE_MS = 1000;

export interface Login {
  readonly user: string;
  readonly password: Secret;
}

export interface ApiServerOptions {
  /** Without `/api/v1`, and without login. */
  readonly url: URL;
  readonly login: Login | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface Question {
  /** Below `/api/v1/`. */
  readonly path: string;
  readonly parameters: URLSearchParams;
  /** Whether the parameters go in the URL: not every path takes a body, and not every URL a long query. */
  readonly method: 'GET' | 'POST';
}

/** A server of Prometheus' HTTP API. */
export interface ApiServer {
  /**
   * Rejects with a HearthError that says what is wrong and what to try, or with the reason of `signal`. Redirects are not
   * followed: a query in a body would get lost.
   */
  ask(question: Question): Promise<ApiAnswer>;
}

export function createApiServer(options: ApiServerOptions): ApiServer {
  const { url, login, timeoutMs, clock, signal } = options;
  return {
    async ask(question) {
      const late = new AbortController();
      const timer = clock.after(timeoutMs + GRACE_MS, () => late.abort());
      try {
        const response = await send(question, options, AbortSignal.any([signal, late.signal]));
        const text = await readText(response, url);
        return parseAnswer({
          url,
          status: response.status,
          contentType: response.headers.get('content-type') ?? '',
          location: response.headers.get('location') ?? undefined,
          hasLogin: login !== undefined,
          text,
        });
      } catch (error) {
        if (error instanceof HearthError) throw error;
        signal.throwIfAborted();
        throw failureOfConnection(error, { url, timeoutMs, isLate: late.signal.aborted });
      } finally {
        timer.cancel();
      }
    },
  };
}

function send(
  { path, parameters, method }: Question,
  { url, login }: ApiServerOptions,
  signal: AbortSignal,
): Promise<Response> {
  const target = new URL(url);
  target.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/${path}`;
  if (method === 'GET') target.search = parameters.toString();
  return fetch(target, {
    method,
    redirect: 'manual',
    signal,
    headers: { accept: 'application/json', ...(login !== undefined && { authorization: basic(login) }) },
    ...(method === 'POST' && { body: parameters }),
  });
}

function basic({ user, password }: Login): string {
  return `Basic ${Buffer.from(`${user}:${password.reveal()}`).toString('base64')}`;
}

async function readText(response: Response, url: URL): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    bytes += part.byteLength;
    if (bytes <= MAX_ANSWER_BYTES) continue;
    const advice = 'ask for less: fewer series, a shorter range, a longer --step';
    throw new HearthError('HEARTH_NO_ANSWER', `${url.href}: the answer is longer than 128 MiB; ${advice}`);
  }
  return Buffer.concat(parts).toString('utf8');
}
