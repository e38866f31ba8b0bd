import { LabelsBuilder } from '@hearth/model';
import type { HttpDiscoveryConfig } from '../config/types.ts';
import type { HttpClient } from '../http-client/http-client.ts';
import type { Clock } from '../time/clock.ts';
import { askJson } from './ask-json.ts';
import type { Discoverer, OnFailure } from './discoverer.ts';
import { parseGroups } from './parse-groups.ts';
import { RefreshingDiscoverer } from './refreshing-discoverer.ts';

const URL_LABEL = '__meta_url';

export interface HttpDiscovererOptions {
  readonly config: HttpDiscoveryConfig;
  /** Closed when the discoverer stops. */
  readonly client: HttpClient;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly onFailure: OnFailure;
}

/** Targets that a server lists. If it does not answer as it should, they stay as they were. */
export function createHttpDiscoverer({
  config,
  client,
  userAgent,
  clock,
  onFailure,
}: HttpDiscovererOptions): Discoverer {
  const shownUrl = config.url.toString();
  const { refreshIntervalMs } = config;
  const look = async (signal: AbortSignal) => {
    const headers = {
      'user-agent': userAgent,
      accept: 'application/json',
      'x-prometheus-refresh-interval-seconds': String(refreshIntervalMs / 1000),
    };
    const request = { url: config.url.reveal(), shownUrl, headers, timeoutMs: refreshIntervalMs };
    const groups = parseGroupsFrom(await askJson(request, { client, clock, signal }), shownUrl);
    return groups.map((group) => ({
      ...group,
      labels: new LabelsBuilder(group.labels).set(URL_LABEL, shownUrl).build(),
    }));
  };
  const refreshing = new RefreshingDiscoverer({ kind: 'http', refreshIntervalMs, clock, onFailure, look });
  return {
    start: (onGroups) => refreshing.start(onGroups),
    async stop() {
      await refreshing.stop();
      await client.close();
    },
  };
}

function parseGroupsFrom(value: unknown, url: string) {
  try {
    return parseGroups(value, (index) => `${url}:${index}`);
  } catch (cause) {
    throw new Error(`${url} does not list targets: ${(cause as Error).message}`, { cause });
  }
}
