import { Resolver } from 'node:dns/promises';
import type { DiscoveryConfig } from '../config/types.ts';
import type { Environment } from '../http-client/connections.ts';
import { createHttpClient } from '../http-client/create-http-client.ts';
import type { Clock } from '../time/clock.ts';
import type { Discoverer, OnFailure } from './discoverer.ts';
import { createDnsDiscoverer, type DnsResolver } from './dns-discoverer.ts';
import { dockerHost } from './docker-swarm/docker-host.ts';
import { createDockerSwarmDiscoverer } from './docker-swarm/docker-swarm-discoverer.ts';
import { createFileDiscoverer } from './file/file-discoverer.ts';
import { createHttpDiscoverer } from './http-discoverer.ts';
import { readSearchDomains } from './search-domains.ts';
import { createStaticDiscoverer } from './static-discoverer.ts';

export interface DiscovererContext {
  readonly clock: Clock;
  readonly userAgent: string;
  readonly environment: Environment;
}

/** A server that does not answer is given up after so long, and asked once more. */
const DNS_PATIENCE = { timeout: 2_000, tries: 2 };

/** Asks the servers that the machine has at the moment: a laptop gets others now and then. */
const MACHINE_RESOLVER: DnsResolver = {
  resolve4: ((name: string) => new Resolver(DNS_PATIENCE).resolve4(name)) as DnsResolver['resolve4'],
  resolve6: ((name: string) => new Resolver(DNS_PATIENCE).resolve6(name)) as DnsResolver['resolve6'],
  resolveSrv: (name) => new Resolver(DNS_PATIENCE).resolveSrv(name),
  resolveMx: (name) => new Resolver(DNS_PATIENCE).resolveMx(name),
  resolveNs: (name) => new Resolver(DNS_PATIENCE).resolveNs(name),
};

/** What finds targets as a part of the configuration says. */
export function createDiscoverer(
  config: DiscoveryConfig,
  context: DiscovererContext,
  onFailure: OnFailure,
): Discoverer {
  const { clock, userAgent, environment } = context;
  switch (config.kind) {
    case 'static':
      return createStaticDiscoverer(config);
    case 'file':
      return createFileDiscoverer({ config, clock, onFailure });
    case 'dns':
      return createDnsDiscoverer({
        config,
        resolver: MACHINE_RESOLVER,
        searchDomains: () => readSearchDomains(),
        clock,
        onFailure,
      });
    case 'http': {
      const client = createHttpClient({ config: config.httpClient, environment });
      return createHttpDiscoverer({ config, client, userAgent, clock, onFailure });
    }
    case 'dockerswarm': {
      const { socketPath } = dockerHost(config.host);
      const options = { config: config.httpClient, environment };
      const client = createHttpClient(socketPath === undefined ? options : { ...options, socketPath });
      return createDockerSwarmDiscoverer({ config, client, userAgent, clock, onFailure });
    }
    default:
      config satisfies never;
      throw new Error(`BUG: no such discovery: ${JSON.stringify(config)}`);
  }
}
