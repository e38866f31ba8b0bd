import { Labels } from '@hearth/model';
import { createEngine } from '@hearth/promql';
import { type Db, openDb } from '@hearth/tsdb';
import { Registry } from 'prom-client';
import { createHttpServer, type HttpServerOptions } from '../../packages/server/src/http/create-http-server.ts';
import { formatUrl } from '../../packages/server/src/net/endpoint.ts';

export interface Hearth {
  readonly url: string;
  readonly db: Db;
  /** What nobody foresaw. */
  readonly errors: readonly Error[];
  close(): Promise<void>;
}

/** The HTTP server on a data directory, with nothing scraped. */
export async function startHearth(directory: string, options: Partial<HttpServerOptions> = {}): Promise<Hearth> {
  const db = await openDb({ directory, log: () => {}, compactsByItself: false, reserveBytes: 0 });
  const errors: Error[] = [];
  const server = await createHttpServer({
    engine: createEngine(),
    storage: () => db,
    readiness: { state: () => 'ready' },
    targets: { pools: () => [], active: () => [], dropped: () => [], droppedCounts: () => new Map() },
    rules: { groups: () => [] },
    alertmanagers: { active: () => [], dropped: () => [] },
    config: {
      yaml: () => 'global: {}\n',
      poolYaml: () => undefined,
      relabelRules: () => undefined,
      externalLabels: () => Labels.empty,
    },
    status: {
      build: { version: '0', revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' },
      runtime: () => ({
        startTimeMs: 0,
        workingDirectory: '/',
        hostname: 'host',
        isLastReloadSuccessful: true,
        lastReloadMs: 0,
        corruptions: 0,
        storageRetention: '15d',
      }),
      flags: () => ({}),
      walReplay: () => ({ min: 0, max: 0, current: 0 }),
      notifications: () => [],
    },
    registry: new Registry(),
    reportError: (error) => errors.push(error),
    ...options,
  });
  const endpoint = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    url: formatUrl(endpoint),
    db,
    errors,
    async close() {
      await server.close();
      await db.close();
    },
  };
}
