import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { DockerSwarmDiscoveryConfig } from '../../config/types.ts';
import { createHttpClient } from '../../http-client/create-http-client.ts';
import { PLAIN_HTTP } from '../../scrape/testing/scrape-config.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import type { TargetGroup } from '../target-group.ts';
import { testDiscoverer } from '../testing/discoverer.suite.ts';
import { startHttpServer, type TestHttpServer } from '../testing/http-server.ts';
import { dockerHost } from './docker-host.ts';
import { createDockerSwarmDiscoverer } from './docker-swarm-discoverer.ts';

const CONFIG: DockerSwarmDiscoveryConfig = {
  kind: 'dockerswarm',
  host: 'tcp://127.0.0.1:1',
  role: 'nodes',
  port: 80,
  filters: [],
  httpClient: PLAIN_HTTP,
  refreshIntervalMs: 60_000,
};

/** A little swarm: a service in a network, one task of it, one node. */
const SWARM: Record<string, unknown> = {
  '/services': [
    {
      ID: 's1',
      Spec: {
        Name: 'web',
        Labels: { 'com.example/team': 'x' },
        Mode: { Replicated: { Replicas: 1 } },
        TaskTemplate: { ContainerSpec: { Hostname: 'h', Image: 'web:1' } },
      },
      UpdateStatus: { State: 'completed' },
      Endpoint: {
        Ports: [
          { Name: 'http', Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' },
          { Protocol: 'udp', PublishedPort: 53, PublishMode: 'ingress' },
        ],
        VirtualIPs: [{ NetworkID: 'net1', Addr: '10.0.0.2/24' }],
      },
    },
    { ID: 's2', Spec: { Name: 'quiet', Mode: { Global: {} } }, Endpoint: { VirtualIPs: [{ Addr: '10.0.1.2/24' }] } },
  ],
  '/tasks': [
    {
      ID: 't1',
      ServiceID: 's1',
      NodeID: 'n1',
      Slot: 1,
      DesiredState: 'running',
      Spec: { ContainerSpec: { Labels: { tier: 'front' } } },
      Status: {
        State: 'running',
        ContainerStatus: { ContainerID: 'c1' },
        PortStatus: { Ports: [{ Protocol: 'tcp', PublishedPort: 9000, PublishMode: 'host' }] },
      },
      NetworksAttachments: [{ Network: { ID: 'net1' }, Addresses: ['10.0.0.3/24'] }],
    },
  ],
  '/nodes': [
    {
      ID: 'n1',
      Spec: { Role: 'manager', Availability: 'active', Labels: { zone: 'a' } },
      Description: {
        Hostname: 'one',
        Platform: { Architecture: 'x86_64', OS: 'linux' },
        Engine: { EngineVersion: '27.0' },
      },
      Status: { State: 'ready', Addr: '192.0.2.1' },
      ManagerStatus: { Leader: true, Reachability: 'reachable', Addr: '192.0.2.1:2377' },
    },
  ],
  '/networks': [{ Id: 'net1', Name: 'front', Scope: 'swarm', Internal: false, Ingress: false, Labels: { a: 'b' } }],
};

function startDocker(answers: Record<string, unknown>, socketPath?: string): Promise<TestHttpServer> {
  return startHttpServer((request, response) => {
    const answer = answers[new URL(request.url ?? '/', 'http://docker').pathname];
    response.writeHead(answer === undefined ? 500 : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answer ?? { message: 'no such thing' }));
  }, socketPath);
}

async function look(config: Partial<DockerSwarmDiscoveryConfig>) {
  const full = { ...CONFIG, ...config };
  const { socketPath } = dockerHost(full.host);
  const client = createHttpClient({ config: PLAIN_HTTP, ...(socketPath !== undefined && { socketPath }) });
  const options = { config: full, client, userAgent: 'Hearth/test', clock: createFakeClock() };
  const discoverer = createDockerSwarmDiscoverer({
    ...options,
    onFailure: ({ message }) => {
      throw new Error(message);
    },
  });
  onTestFinished(() => discoverer.stop());
  const [group] = await new Promise<readonly TargetGroup[]>((resolve) => discoverer.start(resolve));
  return group?.targets.map((labels) => labels.toJSON());
}

testDiscoverer('Docker Swarm discovery', async () => {
  const node = (ID: string, Addr: string) => ({ ID, Status: { Addr } });
  const answers: Record<string, unknown> = {};
  const show = (count: number) => {
    answers['/nodes'] = [node('n1', '10.0.0.1'), node('n2', '10.0.0.2')].slice(0, count);
  };
  show(2);
  const { origin } = await startDocker(answers);
  const config = { ...CONFIG, host: origin };
  return {
    addresses: ['10.0.0.1:80', '10.0.0.2:80'],
    createDiscoverer(clock, onFailure) {
      const client = createHttpClient({ config: PLAIN_HTTP });
      return createDockerSwarmDiscoverer({ config, client, userAgent: 'Hearth/test', clock, onFailure });
    },
    world: {
      refreshIntervalMs: CONFIG.refreshIntervalMs,
      show,
      fail() {
        delete answers['/nodes'];
      },
      failure: /^http:\/\/127\.0\.0\.1:\d+ nodes: server returned HTTP status 500 Internal Server Error$/,
    },
  };
});

describe('roles', () => {
  const common = {
    __meta_dockerswarm_service_id: 's1',
    __meta_dockerswarm_service_name: 'web',
    __meta_dockerswarm_service_mode: 'replicated',
    __meta_dockerswarm_service_label_com_example_team: 'x',
  };
  const network = {
    __meta_dockerswarm_network_id: 'net1',
    __meta_dockerswarm_network_name: 'front',
    __meta_dockerswarm_network_scope: 'swarm',
    __meta_dockerswarm_network_internal: 'false',
    __meta_dockerswarm_network_ingress: 'false',
    __meta_dockerswarm_network_label_a: 'b',
  };
  const node = {
    __meta_dockerswarm_node_id: 'n1',
    __meta_dockerswarm_node_role: 'manager',
    __meta_dockerswarm_node_address: '192.0.2.1',
    __meta_dockerswarm_node_availability: 'active',
    __meta_dockerswarm_node_hostname: 'one',
    __meta_dockerswarm_node_platform_architecture: 'x86_64',
    __meta_dockerswarm_node_platform_os: 'linux',
    __meta_dockerswarm_node_status: 'ready',
    __meta_dockerswarm_node_label_zone: 'a',
  };
  const task = {
    __meta_dockerswarm_task_id: 't1',
    __meta_dockerswarm_task_desired_state: 'running',
    __meta_dockerswarm_task_state: 'running',
    __meta_dockerswarm_task_slot: '1',
    __meta_dockerswarm_task_container_id: 'c1',
    __meta_dockerswarm_container_label_tier: 'front',
  };

  test('services: their virtual addresses with the ports that they publish', async () => {
    const { origin } = await startDocker(SWARM);
    expect(await look({ host: origin, role: 'services' })).toEqual([
      {
        __address__: '10.0.0.2:8080',
        __meta_dockerswarm_service_endpoint_port_name: 'http',
        __meta_dockerswarm_service_endpoint_port_publish_mode: 'ingress',
        __meta_dockerswarm_service_task_container_hostname: 'h',
        __meta_dockerswarm_service_task_container_image: 'web:1',
        __meta_dockerswarm_service_updating_status: 'completed',
        ...common,
        ...network,
      },
      {
        __address__: '10.0.1.2:80',
        __meta_dockerswarm_service_id: 's2',
        __meta_dockerswarm_service_name: 'quiet',
        __meta_dockerswarm_service_mode: 'global',
      },
    ]);
  });

  test('tasks: on their nodes, and in their networks', async () => {
    const { origin } = await startDocker(SWARM);
    expect(await look({ host: origin, role: 'tasks' })).toEqual([
      {
        __address__: '192.0.2.1:9000',
        __meta_dockerswarm_task_port_publish_mode: 'host',
        ...task,
        ...common,
        ...node,
      },
      {
        __address__: '10.0.0.3:8080',
        __meta_dockerswarm_task_port_publish_mode: 'ingress',
        ...task,
        ...common,
        ...node,
        ...network,
      },
    ]);
  });

  test('nodes', async () => {
    const { origin } = await startDocker(SWARM);
    expect(await look({ host: origin, role: 'nodes', port: 9100 })).toEqual([
      {
        __address__: '192.0.2.1:9100',
        __meta_dockerswarm_node_engine_version: '27.0',
        __meta_dockerswarm_node_manager_leader: 'true',
        __meta_dockerswarm_node_manager_reachability: 'reachable',
        __meta_dockerswarm_node_manager_address: '192.0.2.1:2377',
        ...node,
      },
    ]);
  });
});

test('Docker is asked over its Unix socket, with the filters', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-docker-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const socketPath = join(directory, 'docker.sock');
  const server = await startDocker(SWARM, socketPath);
  const filters = [{ name: 'role', values: ['manager', 'worker'] }];
  expect(await look({ host: `unix://${socketPath}`, filters })).toHaveLength(1);
  expect(decodeURIComponent(server.requests[0]?.url ?? '')).toBe(
    '/nodes?filters={"role":{"manager":true,"worker":true}}',
  );
});
