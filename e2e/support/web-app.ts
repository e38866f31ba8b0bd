import { once } from 'node:events';
import { type IncomingMessage, request as startRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** An application that a test has started, and has to close. */
export interface WebApp {
  /** Without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
}

/** Sends `METHOD /path` on a connection of its own and reads the answer to its end. */
export async function send(app: WebApp, requestLine: string, { headers, json }: SendOptions = {}): Promise<Answer> {
  const [method, path] = requestLine.split(' ') as [string, string];
  const body = json === undefined ? undefined : JSON.stringify(json);
  const request = startRequest(app.url + path, {
    method,
    agent: false,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode!, body: await buffer(response) };
}
