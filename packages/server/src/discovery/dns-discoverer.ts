import type { Resolver } from 'node:dns/promises';
import { createLabels, Labels } from '@hearth/model';
import type { DnsDiscoveryConfig } from '../config/types.ts';
import type { Clock } from '../time/clock.ts';
import type { Discoverer, OnFailure } from './discoverer.ts';
import { joinHostPort } from './join-host-port.ts';
import { RefreshingDiscoverer } from './refreshing-discoverer.ts';
import type { TargetGroup } from './target-group.ts';

/** Of `node:dns`, as far as it is asked. */
export type DnsResolver = Pick<Resolver, 'resolve4' | 'resolve6' | 'resolveSrv' | 'resolveMx' | 'resolveNs'>;

export interface DnsDiscovererOptions {
  readonly config: DnsDiscoveryConfig;
  readonly resolver: DnsResolver;
  /** Domains that names may lie in, as resolv.conf has them; asked for anew each time. None if it is left out. */
  readonly searchDomains?: () => Promise<readonly string[]>;
  readonly clock: Clock;
  readonly onFailure: OnFailure;
}

/** The name does not exist, or has no records of the type: a real answer. */
const EMPTY_ANSWERS = new Set(['ENOTFOUND', 'ENODATA']);

/** Targets from DNS: a group for each name. A name that cannot be looked up keeps the targets that it had. */
export function createDnsDiscoverer(options: DnsDiscovererOptions): Discoverer {
  const { config, clock, onFailure } = options;
  const known = new Map<string, TargetGroup>();
  const lookUp = async (name: string) => {
    try {
      const targets = await targetsOf(name, options);
      known.set(name, { source: name, targets, labels: Labels.empty });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const consequence = known.has(name) ? 'its targets stay as they were' : 'it gives no targets';
      onFailure({ kind: 'dns', message: `${name} cannot be looked up, so ${consequence}: ${reason}` });
    }
  };
  const look = async () => {
    await Promise.all(config.names.map(lookUp));
    return config.names.flatMap((name) => known.get(name) ?? []);
  };
  return new RefreshingDiscoverer({ kind: 'dns', refreshIntervalMs: config.refreshIntervalMs, clock, onFailure, look });
}

/** The first of the names that may be meant and has an answer. No records only if all of them say so. */
async function targetsOf(name: string, options: DnsDiscovererOptions): Promise<readonly Labels[]> {
  let failure: Error | undefined;
  const searchDomains = (await options.searchDomains?.()) ?? [];
  for (const candidate of candidatesFor(name, searchDomains)) {
    try {
      return await recordsOf(candidate, name, options);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (code === 'ENODATA') return [];
      if (!EMPTY_ANSWERS.has(code)) failure ??= error as Error;
    }
  }
  if (failure !== undefined) throw failure;
  return [];
}

/** As resolvers do: a name with a dot is tried as it is first. */
function candidatesFor(name: string, searchDomains: readonly string[]): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const inDomains = searchDomains.map((domain) => `${name}.${domain}`);
  return name.includes('.') ? [name, ...inDomains] : [...inDomains, name];
}

async function recordsOf(
  candidate: string,
  name: string,
  { config, resolver }: DnsDiscovererOptions,
): Promise<Labels[]> {
  const { port, type: recordType } = config;
  const target = (host: string, at: number, labels: Readonly<Record<string, string>> = {}) =>
    createLabels({ __address__: joinHostPort(host, at), __meta_dns_name: name, ...labels });
  switch (recordType) {
    case 'A':
      return (await resolver.resolve4(candidate)).toSorted().map((address) => target(address, port));
    case 'AAAA':
      return (await resolver.resolve6(candidate)).toSorted().map((address) => target(address, port));
    case 'SRV':
      return (await resolver.resolveSrv(candidate)).map((record) =>
        target(record.name, record.port, {
          __meta_dns_srv_record_target: rooted(record.name),
          __meta_dns_srv_record_port: String(record.port),
        }),
      );
    case 'MX':
      return (await resolver.resolveMx(candidate)).map(({ exchange }) =>
        target(exchange, port, { __meta_dns_mx_record_target: rooted(exchange) }),
      );
    case 'NS':
      return (await resolver.resolveNs(candidate)).map((server) =>
        target(server, port, { __meta_dns_ns_record_target: rooted(server) }),
      );
    default: {
      recordType satisfies never;
      throw new Error(`BUG: no such type of record: ${String(recordType)}`);
    }
  }
}

/** Records name hosts with a dot at their end, which Node.js leaves out. */
function rooted(host: string): string {
  return host.endsWith('.') ? host : `${host}.`;
}
