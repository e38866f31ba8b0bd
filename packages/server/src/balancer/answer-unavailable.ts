import type { Socket } from 'node:net';
import type { Clock } from '../time/clock.ts';

const BODY = 'No replica can be reached. Try again in a moment.\n';
const ANSWER = [
  'HTTP/1.1 503 Service Unavailable',
  'Content-Type: text/plain; charset=utf-8',
  `Content-Length: ${Buffer.byteLength(BODY)}`,
  'Retry-After: 1',
  'Connection: close',
  '',
  BODY,
].join('\r\n');

export interface AnswerOptions {
  readonly clock: Clock;
  /** How long the client has to speak, to read the answer and to close. */
  readonly limitMs: number;
}

/**
 * Tells an HTTP client that nobody can serve it, and closes. It waits for the client's first bytes, because an answer
 * that comes before the question confuses clients, and goes on reading, because closing with bytes unread resets the
 * connection and the client may lose the answer.
 */
export function answerUnavailable(client: Socket, { clock, limitMs }: AnswerOptions): void {
  if (client.destroyed || client.readableEnded) {
    client.destroy();
    return;
  }
  const timer = clock.after(limitMs, () => client.destroy());
  client.once('close', () => timer.cancel());
  client.once('data', () => client.end(ANSWER));
  client.once('end', () => client.end());
  client.resume();
}
