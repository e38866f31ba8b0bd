import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface RecordedRequest {
  readonly method: string;
  /** With the part behind `?`. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Of the body, as `name=value`. */
  readonly form: readonly string[];
}

export interface RecordedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A server that answers what it was told to, and remembers what it was asked. */
export interface RecordedServer {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** What it answers from now on; `undefined`: nothing, ever. */
  answerWith(answer: RecordedAnswer | undefined): void;
  /** The `data` of a success, and what goes beside them. */
  answerWithData(data: unknown, beside?: Readonly<Record<string, unknown>>): void;
  close(): Promise<void>;
}

export async function startRecordedServer(): Promise<RecordedServer> {
  const requests: RecordedRequest[] = [];
  let answer: RecordedAnswer | undefined;
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const form = [...new URLSearchParams(await text(request))].map(([name, value]) => `${name}=${value}`);
    requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, form });
    if (answer === undefined) return;
    const { status = 200, headers = { 'content-type': 'application/json' }, body } = answer;
    response.writeHead(status, headers).end(body);
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answerWith: (next) => {
      answer = next;
    },
    answerWithData: (data, beside = {}) => {
      answer = { body: JSON.stringify({ status: 'success', data, ...beside }) };
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
