import { HearthError } from '../errors.ts';
import { type Endpoint, formatEndpoint, formatUrl } from '../net/endpoint.ts';
import { isPortTaken } from '../net/listen.ts';
import type { PortClaims } from '../net/port-claims.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { createBackoff } from './backoff.ts';
import type { Child } from './child.ts';
import { endChild } from './end-child.ts';
import type { Replica } from './replica.ts';
import { type StartOutcome, untilStarted } from './until-started.ts';

/** Several Node.js processes that start together on a slow, busy machine need seconds each. */
const START_LIMIT_MS = 30_000;
const STOP_GRACE_MS = 5_000;
const BACKOFF = { firstMs: 500, maxMs: 10_000, recoveredAfterMs: 30_000 };

export interface ReplicaOptions {
  readonly name: string;
  readonly wanted: Endpoint;
  readonly ports: PortClaims;
  /** Starts a process that is to listen there. */
  readonly launch: (endpoint: Endpoint) => Child;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

export function createReplica(options: ReplicaOptions): Replica {
  return new SupervisedReplica(options);
}

class SupervisedReplica implements Replica {
  readonly name: string;
  endpoint: Endpoint | undefined;
  readonly #options: ReplicaOptions;
  readonly #backoff = createBackoff(BACKOFF);
  #child: Child | undefined;
  #restart: Timer | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: ReplicaOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async start(): Promise<void> {
    const { wanted, ports, log } = this.#options;
    let endpoint = wanted;
    for (;;) {
      endpoint = { ...wanted, port: await ports.claim(endpoint.port) };
      this.#refuseWhenStopped();
      const outcome = await this.#launch(endpoint);
      if ('port' in outcome) break;
      this.#refuseWhenStopped();
      // Somebody may have taken the port between the claim and the bind.
      if (!(await isPortTaken(endpoint))) throw this.#startError(endpoint, outcome.failure);
      endpoint = { ...wanted, port: endpoint.port + 1 };
    }
    if (endpoint.port !== wanted.port) log(`${this.name}: port ${wanted.port} is taken, using ${endpoint.port}`);
  }

  stop(hurry: AbortSignal): Promise<void> {
    this.#stopped ??= this.#end(hurry);
    return this.#stopped;
  }

  async #launch(endpoint: Endpoint): Promise<StartOutcome> {
    const { clock, launch } = this.#options;
    const child = launch(endpoint);
    this.#child = child;
    const outcome = await untilStarted(child, { clock, limitMs: START_LIMIT_MS });
    if ('port' in outcome) void this.#lookAfter(child, { ...endpoint, port: outcome.port });
    return outcome;
  }

  async #lookAfter(child: Child, endpoint: Endpoint): Promise<void> {
    const { clock } = this.#options;
    const sinceMs = clock.nowMs();
    this.endpoint = endpoint;
    const { how } = await child.ended;
    this.endpoint = undefined;
    this.#restartLater({ endpoint, how, livedMs: clock.nowMs() - sinceMs });
  }

  #restartLater({ endpoint, how, livedMs }: { endpoint: Endpoint; how: string; livedMs: number }): void {
    if (this.#stopped !== undefined) return;
    const { clock, log } = this.#options;
    const delayMs = this.#backoff.nextDelayMs(livedMs);
    log(`${this.name} ${how}; starting it again in ${delayMs / 1_000} s`);
    this.#restart = clock.after(delayMs, () => void this.#restartNow(endpoint));
  }

  async #restartNow(endpoint: Endpoint): Promise<void> {
    const outcome = await this.#launch(endpoint);
    if ('port' in outcome) this.#options.log(`${this.name} is back on ${formatUrl(endpoint)}`);
    else this.#restartLater({ endpoint, how: outcome.failure, livedMs: 0 });
  }

  async #end(hurry: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    this.#restart?.cancel();
    if (this.#child === undefined) return;
    const { wasKilled } = await endChild(this.#child, { clock, graceMs: STOP_GRACE_MS, hurry });
    if (wasKilled && !hurry.aborted) log(`${this.name} did not stop within ${STOP_GRACE_MS / 1_000} s and was killed`);
  }

  #refuseWhenStopped(): void {
    if (this.#stopped !== undefined) throw new HearthError('HEARTH_STOPPED', `${this.name} was stopped as it started`);
  }

  #startError(endpoint: Endpoint, failure: string): HearthError {
    const lines = this.#child?.lastLines() ?? [];
    const said =
      lines.length === 0 ? ' and wrote nothing' : `; it wrote:\n${lines.map((line) => `  ${line}`).join('\n')}`;
    const message = `${this.name}, which should listen on ${formatEndpoint(endpoint)}, ${failure}${said}`;
    return new HearthError('HEARTH_REPLICA_START', message);
  }
}
