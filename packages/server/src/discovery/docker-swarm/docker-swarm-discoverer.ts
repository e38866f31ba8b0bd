import { createLabels, Labels } from '@hearth/model';
import type { DockerSwarmDiscoveryConfig } from '../../config/types.ts';
import type { HttpClient } from '../../http-client/http-client.ts';
import type { Clock } from '../../time/clock.ts';
import { askJson } from '../ask-json.ts';
import type { Discoverer, OnFailure } from '../discoverer.ts';
import { RefreshingDiscoverer } from '../refreshing-discoverer.ts';
import { dockerHost } from './docker-host.ts';
import type { MetaLabels } from './meta-labels.ts';
import { nodesTargets, servicesTargets, tasksTargets } from './swarm-targets.ts';

export interface DockerSwarmDiscovererOptions {
  readonly config: DockerSwarmDiscoveryConfig;
  /** Over the socket of `dockerHost`, if that has one. Closed when the discoverer stops. */
  readonly client: HttpClient;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly onFailure: OnFailure;
}

type Ask = (list: 'services' | 'tasks' | 'nodes' | 'networks', isFiltered: boolean) => Promise<readonly unknown[]>;

/** Services, tasks or nodes of a Docker Swarm, asked of one of its managers. If it does not answer, they stay as they were. */
export function createDockerSwarmDiscoverer(options: DockerSwarmDiscovererOptions): Discoverer {
  const { config, client, clock, onFailure } = options;
  const { refreshIntervalMs } = config;
  const look = async (signal: AbortSignal) => {
    const found = await targetsOf(config, createAsk(options, signal));
    return [{ source: 'DockerSwarm', targets: found.map((labels) => createLabels(labels)), labels: Labels.empty }];
  };
  const refreshing = new RefreshingDiscoverer({ kind: 'dockerswarm', refreshIntervalMs, clock, onFailure, look });
  return {
    start: (onGroups) => refreshing.start(onGroups),
    async stop() {
      await refreshing.stop();
      await client.close();
    },
  };
}

async function targetsOf({ role, port }: DockerSwarmDiscoveryConfig, ask: Ask): Promise<readonly MetaLabels[]> {
  switch (role) {
    case 'services': {
      const [services, networks] = await Promise.all([ask('services', true), ask('networks', false)]);
      return servicesTargets({ services, networks }, port);
    }
    case 'tasks': {
      const others = (['services', 'nodes', 'networks'] as const).map((list) => ask(list, false));
      const [tasks, services, nodes, networks] = await Promise.all([ask('tasks', true), ...others]);
      return tasksTargets({ tasks, services: services!, nodes: nodes!, networks: networks! }, port);
    }
    case 'nodes':
      return nodesTargets(await ask('nodes', true), port);
    default:
      role satisfies never;
      throw new Error(`BUG: no such role: ${String(role)}`);
  }
}

function createAsk({ config, client, userAgent, clock }: DockerSwarmDiscovererOptions, signal: AbortSignal): Ask {
  const { baseUrl } = dockerHost(config.host);
  const filters = JSON.stringify(
    Object.fromEntries(
      config.filters.map(({ name, values }) => [name, Object.fromEntries(values.map((value) => [value, true]))]),
    ),
  );
  return async (list, isFiltered) => {
    const query = isFiltered && config.filters.length > 0 ? `?filters=${encodeURIComponent(filters)}` : '';
    const request = {
      url: `${baseUrl}/${list}${query}`,
      shownUrl: `${config.host} ${list}`,
      headers: { 'user-agent': userAgent },
      timeoutMs: config.refreshIntervalMs,
    };
    const answer = await askJson(request, { client, clock, signal });
    if (!Array.isArray(answer)) throw new Error(`${config.host}: Docker does not answer with a list of ${list}`);
    return answer as readonly unknown[];
  };
}
