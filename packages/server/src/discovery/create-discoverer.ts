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
import { createStaticDiscoverer } from './static-discoverer.ts';

export interface DiscovererContext {
  readonly clock: Clock;
  readonly userAgent: string;
  readonly environment: Environment;
  /** One with the machine's servers if it is left out. */
  readonly resolver?: DnsResolver;
  /** Domains that names may lie in, as resolv.conf has them. */
  readonly searchDomains?: readonly string[];
}

/** What finds targets as a part of the configuration says. */
export function createDiscoverer(
  config: DiscoveryConfig,
  context: DiscovererContext,
  onFailure: OnFailure,
): Discoverer {
  const { clock, userAgent, environment, resolver = new Resolver(), searchDomains = [] } = context;
  switch (config.kind) {
    case 'static':
      return createStaticDiscoverer(config);
    case 'file':
      return createFileDiscoverer({ config, clock, onFailure });
    case 'dns':
      return createDnsDiscoverer({ config, resolver, searchDomains, clock, onFailure });
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
