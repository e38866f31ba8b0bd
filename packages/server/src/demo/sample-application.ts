import type { Balancer } from '../balancer/balancer.ts';
import { startBalancer } from '../balancer/start-balancer.ts';
import { createPortClaims } from '../net/create-port-claims.ts';
import { type Endpoint, formatEndpoint, formatUrl } from '../net/endpoint.ts';
import { createReplica } from '../replicas/create-replica.ts';
import { forkChild } from '../replicas/fork-child.ts';
import type { Replica } from '../replicas/replica.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Clock } from '../time/clock.ts';
import { countInWords } from './count-in-words.ts';
import type { Hint, Part } from './part.ts';
import type { Row } from './row.ts';

const NAME = 'tic-tac-toe';

/** After the replicas are gone: for what they have written and the clients have not read yet. */
const DRAIN_MS = 500;

export interface SampleApplicationOptions {
  /** The file that a replica runs. It gets HOST and PORT and sends `{ type: 'listening', port }` when it listens. */
  readonly entry: URL;
  readonly env: NodeJS.ProcessEnv;
  /** Where the one address should be. */
  readonly address: Endpoint;
  readonly replicaCount: number;
  /** The replicas should be on this port and those after it. */
  readonly firstReplicaPort: number;
  readonly clock: Clock;
  readonly terminal: Terminal;
}

export interface SampleApplication extends Part {
  /** Where its replicas tell their metrics: `127.0.0.1:3311`. Called when it runs. */
  targets(): readonly string[];
}

/** Some replicas of the sample application, and one address in front of them. */
export function createSampleApplication(options: SampleApplicationOptions): SampleApplication {
  return new ReplicatedApplication(options);
}

class ReplicatedApplication implements SampleApplication {
  readonly #options: SampleApplicationOptions;
  readonly #replicas: readonly Replica[];
  #balancer: Promise<Balancer> | undefined;
  #address: Endpoint | undefined;

  constructor(options: SampleApplicationOptions) {
    this.#options = options;
    this.#replicas = createReplicas(options);
  }

  async start(): Promise<void> {
    const { address, clock, terminal } = this.#options;
    const log = (line: string): void => terminal.out(`${NAME}: ${line}`);
    terminal.out(`Starting ${countInWords(this.#replicas.length, 'replica')} of ${NAME}.`);
    this.#balancer = startBalancer({ wanted: address, targets: this.#replicas, clock, log });
    this.#address = (await this.#balancer).endpoint;
    await Promise.all(this.#replicas.map((replica) => replica.start()));
  }

  rows(): readonly Row[] {
    if (this.#address === undefined) throw new Error('BUG: the rows of a part that does not run were asked for');
    const note = `one address, ${countInWords(this.#replicas.length, 'replica')}`;
    return [{ what: NAME, where: formatUrl(this.#address), note, parts: this.#replicas.map(toRow) }];
  }

  hint(): Hint | undefined {
    const [first] = this.targets();
    if (first === undefined) return undefined;
    return { words: 'Play a game, watch the numbers move', command: `curl http://${first}/metrics` };
  }

  targets(): readonly string[] {
    return this.#replicas.flatMap(({ endpoint }) => (endpoint === undefined ? [] : [formatEndpoint(endpoint)]));
  }

  async stop(hurry: AbortSignal): Promise<void> {
    const [balancer] = await Promise.allSettled([this.#balancer]);
    const address = balancer.status === 'fulfilled' ? balancer.value : undefined;
    address?.stopAccepting();
    // The replicas close the connections that pass through the address, when they have answered what they hold.
    await Promise.all(this.#replicas.map((replica) => replica.stop(hurry)));
    await address?.stop({ drainMs: DRAIN_MS, hurry });
  }
}

function createReplicas(options: SampleApplicationOptions): readonly Replica[] {
  const { address, replicaCount, firstReplicaPort, clock, terminal, entry, env } = options;
  const { host } = address;
  const wantedPorts = Array.from({ length: replicaCount }, (_, index) => firstReplicaPort + index);
  const ports = createPortClaims({ host, reserved: wantedPorts });
  return wantedPorts.map((port, index) => {
    const name = `replica ${index + 1}`;
    const onLine = (line: string): void => terminal.out(`${terminal.paint.faint(`${name} │`)} ${line}`);
    return createReplica({
      name,
      wanted: { host, port },
      ports,
      launch: (endpoint) => forkChild({ entry, env: environmentOf(endpoint, env), clock, onLine }),
      clock,
      log: (line) => terminal.out(line),
    });
  });
}

/**
 * The user's environment, so that its other settings work here too, except for what would put the metrics of all
 * replicas on one port, or behind a token that the table does not tell.
 */
function environmentOf({ host, port }: Endpoint, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, HOST: host, PORT: String(port), METRICS_PORT: '', METRICS_TOKEN_FILE: '' };
}

function toRow({ name, endpoint }: Replica): Row {
  if (endpoint === undefined) return { what: name, where: '–', note: 'has died and will be back' };
  return { what: name, where: formatUrl(endpoint), metrics: formatUrl(endpoint, '/metrics') };
}
