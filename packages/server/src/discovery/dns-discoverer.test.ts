import { Resolver } from 'node:dns/promises';
import type { Answer } from 'dns-packet';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { DnsDiscoveryConfig } from '../config/types.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import type { DiscoveryFailure } from './discoverer.ts';
import { createDnsDiscoverer } from './dns-discoverer.ts';
import type { TargetGroup } from './target-group.ts';
import { testDiscoverer } from './testing/discoverer.suite.ts';
import { startDnsServer, type TestDnsServer } from './testing/dns-server.ts';

const CONFIG: DnsDiscoveryConfig = {
  kind: 'dns',
  names: ['web.test'],
  type: 'A',
  port: 9100,
  refreshIntervalMs: 30_000,
};

const addressRecord = (name: string, data: string): Answer => ({ type: 'A', name, ttl: 1, data });

function resolverFor({ address }: TestDnsServer): Resolver {
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([address]);
  return resolver;
}

testDiscoverer('DNS discovery', async () => {
  const server = await startDnsServer();
  const show = (count: number) => {
    server.isFailing = false;
    server.records.clear();
    const records = ['10.0.0.1', '10.0.0.2'].slice(0, count).map((data) => addressRecord('web.test', data));
    if (count > 0) server.records.set('web.test A', records);
  };
  show(2);
  return {
    addresses: ['10.0.0.1:9100', '10.0.0.2:9100'],
    createDiscoverer: (clock, onFailure) =>
      createDnsDiscoverer({ config: CONFIG, resolver: resolverFor(server), clock, onFailure }),
    world: {
      refreshIntervalMs: CONFIG.refreshIntervalMs,
      show,
      fail: () => {
        server.isFailing = true;
      },
      failure: /^web\.test cannot be looked up, so its targets stay as they were: queryA ESERVFAIL web\.test$/,
    },
  };
});

async function look(config: Partial<DnsDiscoveryConfig>, server: TestDnsServer, searchDomains: readonly string[] = []) {
  const failures: DiscoveryFailure[] = [];
  const discoverer = createDnsDiscoverer({
    config: { ...CONFIG, ...config },
    resolver: resolverFor(server),
    searchDomains: async () => searchDomains,
    clock: createFakeClock(),
    onFailure: (failure) => void failures.push(failure),
  });
  onTestFinished(() => discoverer.stop());
  const groups = await new Promise<readonly TargetGroup[]>((resolve) => discoverer.start(resolve));
  return { groups: groups.map(({ source, targets }) => [source, ...targets.map(String)]), failures };
}

describe('records', () => {
  test.each([
    ['A', addressRecord('web.test', '10.0.0.1'), '{__address__="10.0.0.1:9100", __meta_dns_name="web.test"}'],
    [
      'AAAA',
      { type: 'AAAA', name: 'web.test', ttl: 1, data: 'fd00::1' },
      '{__address__="[fd00::1]:9100", __meta_dns_name="web.test"}',
    ],
    [
      'SRV',
      { type: 'SRV', name: 'web.test', ttl: 1, data: { target: 'one.test', port: 8080 } },
      '{__address__="one.test:8080", __meta_dns_name="web.test", __meta_dns_srv_record_port="8080", __meta_dns_srv_record_target="one.test."}',
    ],
    [
      'MX',
      { type: 'MX', name: 'web.test', ttl: 1, data: { exchange: 'mail.test', preference: 10 } },
      '{__address__="mail.test:9100", __meta_dns_mx_record_target="mail.test.", __meta_dns_name="web.test"}',
    ],
    [
      'NS',
      { type: 'NS', name: 'web.test', ttl: 1, data: 'ns.test' },
      '{__address__="ns.test:9100", __meta_dns_name="web.test", __meta_dns_ns_record_target="ns.test."}',
    ],
  ] as const)('%s', async (type, record, expected) => {
    const server = await startDnsServer();
    server.records.set(`web.test ${type}`, [record as Answer]);
    expect(await look({ type }, server)).toEqual({ groups: [['web.test', expected]], failures: [] });
  });

  test('a name that fails does not take the others with it', async () => {
    const server = await startDnsServer();
    server.records.set('web.test A', [addressRecord('web.test', '10.0.0.1')]);
    const tooLong = `${'a'.repeat(64)}.test`;
    const { groups, failures } = await look({ names: [tooLong, 'web.test', 'gone.test'] }, server);
    expect(groups.map(([source, ...targets]) => [source, targets.length])).toEqual([
      ['web.test', 1],
      ['gone.test', 0],
    ]);
    expect(failures.map(({ message }) => message)).toEqual([
      expect.stringContaining(`${tooLong} cannot be looked up, so it gives no targets: `),
    ]);
  });

  test('a name without a dot is looked for in the search domains first', async () => {
    const server = await startDnsServer();
    server.records.set('web.two.test A', [addressRecord('web.two.test', '10.0.0.2')]);
    const { groups } = await look({ names: ['web'] }, server, ['one.test', 'two.test']);
    expect(groups).toEqual([['web', '{__address__="10.0.0.2:9100", __meta_dns_name="web"}']]);
    expect(server.questions).toEqual(['web.one.test A', 'web.two.test A']);
  });
});

test('a lookup that takes for ever is not waited for at the stop', async () => {
  const resolver = new Resolver();
  resolver.resolve4 = () => new Promise<never>(() => {});
  const discoverer = createDnsDiscoverer({ config: CONFIG, resolver, clock: createFakeClock(), onFailure: () => {} });
  discoverer.start(() => {});
  await discoverer.stop();
});
