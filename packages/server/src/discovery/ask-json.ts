import type { HttpClient } from '../http-client/http-client.ts';
import { withDeadline } from '../http-client/with-deadline.ts';
import type { Clock } from '../time/clock.ts';

const MAX_BODY_BYTES = 1 << 26;
const JSON_TYPE = /^application\/json(;|$)/i;

export interface JsonRequest {
  readonly url: string;
  /** The URL without what is secret about it. */
  readonly shownUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface JsonAsking {
  readonly client: HttpClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The JSON that a server answers. Rejects with an Error that names the server for everything else. */
export async function askJson(request: JsonRequest, { client, clock, signal }: JsonAsking): Promise<unknown> {
  const { url, shownUrl, headers, timeoutMs } = request;
  const createError = () => new Error(`timed out after ${timeoutMs / 1000}s`);
  try {
    const response = await withDeadline({ clock, timeoutMs, createError, signal }, (deadline) =>
      client.send({ url, headers, signal: deadline, maxBodyBytes: MAX_BODY_BYTES }),
    );
    if (response.status !== 200) throw new Error(`server returned HTTP status ${response.statusLine}`);
    const type = response.header('content-type').trim();
    if (!JSON_TYPE.test(type)) throw new Error(`unsupported Content-Type ${JSON.stringify(type.slice(0, 100))}`);
    return JSON.parse(Buffer.from(response.body).toString());
  } catch (cause) {
    throw new Error(`${shownUrl}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
