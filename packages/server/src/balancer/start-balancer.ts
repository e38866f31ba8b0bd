import { createServer, type Server, type Socket } from 'node:net';
import type { Endpoint } from '../net/endpoint.ts';
import { ANY_PORT, listenOnFreePort } from '../net/listen.ts';
import type { Clock } from '../time/clock.ts';
import { answerUnavailable } from './answer-unavailable.ts';
import type { Balancer } from './balancer.ts';
import { relay } from './relay.ts';
import { createRoundRobin, type RoundRobin } from './round-robin.ts';
import type { Target } from './target.ts';
import { createThrottledNotice } from './throttled-notice.ts';
import { tryConnect } from './try-connect.ts';

const CONNECT_TIMEOUT_MS = 1_000;
const HALF_OPEN_SILENCE_MS = 30_000;
const UNAVAILABLE_LIMIT_MS = 5_000;
const NOTICE_EVERY_MS = 10_000;

/** Two sockets each; well below the file descriptors that a process usually gets. */
const MAX_CONNECTIONS = 1_000;

export interface BalancerOptions {
  /** Where to listen; when the port is taken, the first free one after it. */
  readonly wanted: Endpoint;
  readonly targets: readonly Target[];
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Connections beyond this are closed as they come. */
  readonly maxConnections?: number;
}

/** Resolves with a balancer that listens. Throws HEARTH_NO_FREE_PORT and HEARTH_LISTEN. */
export async function startBalancer(options: BalancerOptions): Promise<Balancer> {
  const { wanted, targets, log } = options;
  const turns = createRoundRobin(targets);
  const clients = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    void serve(client, { turns, clients, clock: options.clock });
  });
  const port = await listenOnFreePort(server, wanted);
  if (wanted.port !== ANY_PORT && port !== wanted.port) log(`port ${wanted.port} is taken, using ${port}`);
  limitConnections(server, options);
  return new TcpBalancer({ host: wanted.host, port }, { server, clients, clock: options.clock });
}

interface Serving {
  readonly turns: RoundRobin<Target>;
  /** The connections that are open. Destroying a client's socket ends the other side's too. */
  readonly clients: Set<Socket>;
  readonly clock: Clock;
}

/** Never rejects. */
async function serve(client: Socket, { turns, clients, clock }: Serving): Promise<void> {
  clients.add(client);
  client.once('close', () => clients.delete(client));
  client.on('error', () => client.destroy());
  const upstream = await connectToNext(client, { turns, clock });
  if (upstream === undefined) {
    answerUnavailable(client, { clock, limitMs: UNAVAILABLE_LIMIT_MS });
    return;
  }
  await relay(client, upstream, { clock, halfOpenSilenceMs: HALF_OPEN_SILENCE_MS });
}

/** Asks each target once, while the client is still there. */
async function connectToNext(
  client: Socket,
  { turns, clock }: Pick<Serving, 'turns' | 'clock'>,
): Promise<Socket | undefined> {
  const asked = new Set<Target>();
  while (!client.destroyed) {
    const target = turns.next((each) => each.endpoint !== undefined && !asked.has(each));
    if (target?.endpoint === undefined) return undefined;
    asked.add(target);
    const upstream = await tryConnect(target.endpoint, { clock, timeoutMs: CONNECT_TIMEOUT_MS });
    if (upstream !== undefined) return upstream;
  }
  return undefined;
}

function limitConnections(server: Server, options: BalancerOptions): void {
  const { clock, log, maxConnections = MAX_CONNECTIONS } = options;
  const throttle = { clock, log, everyMs: NOTICE_EVERY_MS };
  const refused = createThrottledNotice(
    (count) => `the address holds ${maxConnections} connections, its limit; refused ${count} more`,
    throttle,
  );
  const notAccepted = createThrottledNotice((count) => `the address could not accept ${count} connections`, throttle);
  server.maxConnections = maxConnections;
  server.on('drop', refused);
  server.on('error', notAccepted);
}

class TcpBalancer implements Balancer {
  readonly endpoint: Endpoint;
  readonly #server: Server;
  readonly #clients: ReadonlySet<Socket>;
  readonly #clock: Clock;
  readonly #closed: Promise<void>;

  constructor(endpoint: Endpoint, { server, clients, clock }: { server: Server } & Omit<Serving, 'turns'>) {
    this.endpoint = endpoint;
    this.#server = server;
    this.#clients = clients;
    this.#clock = clock;
    this.#closed = new Promise((resolve) => server.once('close', resolve));
  }

  stopAccepting(): void {
    if (this.#server.listening) this.#server.close();
    for (const client of this.#clients) {
      if (client.bytesRead === 0) client.destroy();
    }
  }

  async stop({ drainMs, hurry }: { readonly drainMs: number; readonly hurry: AbortSignal }): Promise<void> {
    this.stopAccepting();
    const cut = (): void => {
      for (const client of this.#clients) client.destroy();
    };
    const timer = this.#clock.after(drainMs, cut);
    hurry.addEventListener('abort', cut);
    if (hurry.aborted) cut();
    await this.#closed;
    timer.cancel();
    hurry.removeEventListener('abort', cut);
  }
}
