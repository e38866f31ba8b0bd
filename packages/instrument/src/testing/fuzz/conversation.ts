import { connect } from 'node:net';
import fc from 'fast-check';
import { GARBAGE, WILD_REQUEST } from './requests.ts';

/** How a client takes its leave, after all its requests or in the middle of them. */
export type Ending =
  /** Asks the server to close. */
  | 'polite'
  /** Closes its own side at once. */
  | 'half-closed'
  /** Breaks off at once. */
  | 'reset'
  /** Breaks off when the first bytes of an answer arrive. */
  | 'reset when answered'
  /** Breaks off in front of an answer that never ends. */
  | 'reset in a stream'
  /** Breaks off after so much of what it has to say. */
  | { readonly cutAt: number }
  /** Ends with something that is no request. */
  | { readonly garbage: string };

/** Everything that happens on one connection. */
export interface Conversation {
  readonly requests: readonly string[];
  /** Where what is written is split into packets, as parts of the whole. */
  readonly splits: readonly number[];
  readonly ending: Ending;
}

const PART = fc.nat(1000).map((thousandths) => thousandths / 1000);

const ENDING: fc.Arbitrary<Ending> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('polite' as const) },
  { weight: 2, arbitrary: fc.constantFrom('half-closed', 'reset', 'reset when answered', 'reset in a stream') },
  { weight: 1, arbitrary: PART.map((cutAt) => ({ cutAt })) },
  { weight: 2, arbitrary: GARBAGE.map((garbage) => ({ garbage })) },
);

export function conversations(requestsEach: number): fc.Arbitrary<Conversation> {
  return fc.record({
    requests: fc.array(WILD_REQUEST, { minLength: requestsEach, maxLength: requestsEach }),
    splits: fc.array(PART, { maxLength: 3 }),
    ending: ENDING,
  });
}

const LAST = 'GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const ENDLESS = 'GET /endless HTTP/1.1\r\nHost: a\r\n\r\n';

/** Resolves when the connection is closed, on whichever side. */
export function hold(port: number, { requests, splits, ending }: Conversation): Promise<void> {
  const bytes = Buffer.from(requests.join('') + lastWords(ending), 'latin1');
  const said = typeof ending === 'object' && 'cutAt' in ending ? bytes.subarray(0, ending.cutAt * bytes.length) : bytes;
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.on('error', () => undefined);
    socket.once('close', () => resolve());
    socket.on('data', (chunk) => {
      if (ending === 'reset when answered') socket.resetAndDestroy();
      else if (ending === 'reset in a stream' && chunk.includes('tick')) socket.resetAndDestroy();
    });
    socket.once('connect', () => {
      for (const packet of packets(said, splits)) socket.write(packet);
      if (ending === 'half-closed' || (typeof ending === 'object' && 'garbage' in ending)) socket.end();
      else if (ending === 'reset' || typeof ending === 'object') socket.resetAndDestroy();
    });
  });
}

function lastWords(ending: Ending): string {
  if (ending === 'polite' || ending === 'reset when answered') return LAST;
  if (ending === 'reset in a stream') return ENDLESS;
  return typeof ending === 'object' && 'garbage' in ending ? ending.garbage : '';
}

function* packets(bytes: Buffer, splits: readonly number[]): Generator<Buffer> {
  const positions = splits.map((part) => Math.floor(part * bytes.length)).toSorted((a, b) => a - b);
  let at = 0;
  for (const position of [...positions, bytes.length]) {
    if (position > at) yield bytes.subarray(at, position);
    at = position;
  }
}
