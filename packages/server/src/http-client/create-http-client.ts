import type { HttpClientConfig } from '../config/types.ts';
import { Connections, type Environment } from './connections.ts';
import { configuredHeaders } from './credentials.ts';
import { decodeBody } from './decode-body.ts';
import { exchange, type WireResponse } from './exchange.ts';
import type { HttpClient, HttpRequest, HttpResponse } from './http-client.ts';
import { HttpClientError } from './http-client-error.ts';

/** As Go's. */
const MAX_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface HttpClientOptions {
  readonly config: HttpClientConfig;
  /** Where proxies are looked up if the configuration says so. */
  readonly environment?: Environment;
  /** A Unix socket that takes the place of host and port. */
  readonly socketPath?: string;
}

export function createHttpClient({ config, environment = {}, socketPath }: HttpClientOptions): HttpClient {
  const connections = new Connections({ config, environment, ...(socketPath !== undefined && { socketPath }) });
  return {
    send: (request) => send(request, config, connections),
    close: () => connections.close(),
  };
}

/** A request on its way: where to, and how, after the redirects so far. */
interface Step {
  readonly url: URL;
  readonly method: NonNullable<HttpRequest['method']>;
  readonly body: Uint8Array | undefined;
}

async function send(request: HttpRequest, config: HttpClientConfig, connections: Connections): Promise<HttpResponse> {
  const start = urlOf(request.url);
  let step: Step = { url: start, method: request.method ?? 'GET', body: request.body };
  for (let redirects = 0; ; redirects++) {
    const isTrusted = step.url.origin === start.origin;
    const headers = await headersFor(request, config, { start, isTrusted });
    const response = await exchangeOnce(step, headers, request, connections);
    const location = response.headers.location;
    if (!config.followRedirects || !REDIRECTS.has(response.status) || typeof location !== 'string') {
      return finish(response, request, step.url);
    }
    if (redirects === MAX_REDIRECTS) {
      throw new HttpClientError('too_many_redirects', `stopped after ${MAX_REDIRECTS} redirects`);
    }
    step = redirected(step, response.status, location);
  }
}

function urlOf(text: string | URL): URL {
  try {
    const url = new URL(text);
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  } catch (cause) {
    throw new HttpClientError('bad_url', 'the URL is not a valid one', { cause });
  }
  throw new HttpClientError('bad_url', 'only http and https can be asked');
}

/** Names and values in turn. Credentials and the headers of the configuration stay with the origin they are meant for. */
async function headersFor(
  request: HttpRequest,
  config: HttpClientConfig,
  { start, isTrusted }: { readonly start: URL; readonly isTrusted: boolean },
): Promise<readonly string[]> {
  const all = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(request.headers ?? {})) all.set(name, [value]);
  if (isTrusted) for (const [name, values] of await configuredHeaders(config, start)) all.set(name, values);
  else all.delete('authorization');
  return [...all].flatMap(([name, values]) => values.flatMap((value) => [name, value]));
}

async function exchangeOnce(
  { url, method, body }: Step,
  headers: readonly string[],
  { maxBodyBytes, signal, buffer }: HttpRequest,
  connections: Connections,
): Promise<WireResponse> {
  const dispatcher = await connections.dispatcherFor(url);
  const options = { dispatcher, url, method, headers, body, maxBodyBytes, signal, buffer };
  try {
    return await exchange(options);
  } catch (error) {
    if (method !== 'GET' || !isStaleConnection(error)) throw error;
    return exchange(options);
  }
}

/** What a connection fails with that the other side had closed: nothing has come back. */
function isStaleConnection(error: unknown): boolean {
  return error instanceof HttpClientError && error.code === 'connection_lost' && error.beforeAnswer;
}

function redirected({ url, method, body }: Step, status: number, location: string): Step {
  let target: URL;
  try {
    target = new URL(location, url);
  } catch (cause) {
    throw new HttpClientError('bad_redirect', 'the answer redirects to what is no URL', { cause });
  }
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    throw new HttpClientError('bad_redirect', `the answer redirects to ${target.protocol}, which is not HTTP`);
  }
  const keepsMethod = status === 307 || status === 308;
  return keepsMethod ? { url: target, method, body } : { url: target, method: 'GET', body: undefined };
}

async function finish(response: WireResponse, { maxBodyBytes }: HttpRequest, url: URL): Promise<HttpResponse> {
  const { status, statusText, headers } = response;
  const header = (name: string) => {
    const value = headers[name];
    return value === undefined ? '' : typeof value === 'string' ? value : value.join(', ');
  };
  const isAnswer = status >= 200 && status <= 299;
  const body = isAnswer ? await decodeBody(response.body, header('content-encoding'), maxBodyBytes) : response.body;
  return {
    status,
    statusLine: statusText === '' ? String(status) : `${status} ${statusText}`,
    header,
    body,
    url: url.href,
  };
}
