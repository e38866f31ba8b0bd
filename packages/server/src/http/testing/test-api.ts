import { createLabels } from '@hearth/model';
import { createEngine } from '@hearth/promql';
import { type Db, openDb } from '@hearth/tsdb';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { createDirectory } from '../../tsdb/testing/data-directory.ts';
import type { AppOptions } from '../app-options.ts';
import { createApp } from '../create-app.ts';
import { EMPTY_CONFIG, NO_ALERTMANAGERS, NO_RULES, NO_TARGETS, TEST_STATUS } from './views.ts';

/** When the tests take place: their samples lie before it. */
export const NOW_MS = 1_700_000_000_000;

export interface TestSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds before `NOW_MS`, and values. */
  readonly samples: readonly (readonly [ageSeconds: number, value: number])[];
}

export interface TestApi {
  readonly app: FastifyInstance;
  readonly db: Db;
  /** What nobody foresaw, in the order in which it was reported. */
  readonly errors: readonly Error[];
  /** Asks, and gives the status and the body: parsed where it is JSON. */
  ask(request: string | InjectOptions): Promise<{ readonly status: number; readonly body: unknown }>;
}

/** A server on a storage of the test's own, which go when the test ends. */
export async function createTestApi(
  series: readonly TestSeries[] = [],
  options: Partial<AppOptions> = {},
): Promise<TestApi> {
  const db = await openDb({ directory: await createDirectory(), log: () => {}, compactsByItself: false });
  const appender = db.appender();
  for (const { labels, samples } of series) {
    const ref = appender.seriesRef(createLabels(labels));
    for (const [age, value] of samples.toSorted(([a], [b]) => b - a)) appender.append(ref, NOW_MS - age * 1000, value);
  }
  await appender.commit();
  const errors: Error[] = [];
  const app = await createApp({ ...testOptions(db), reportError: (error) => errors.push(error), ...options });
  onTestFinished(async () => {
    await app.close();
    await db.close();
  });
  return {
    app,
    db,
    errors,
    async ask(request) {
      const answer = await app.inject(request);
      const isJson = answer.headers['content-type'] === 'application/json';
      return { status: answer.statusCode, body: isJson ? answer.json() : answer.body };
    },
  };
}

/** What a server needs, with nothing in it but a storage. */
export function testOptions(db: Db): AppOptions {
  return {
    engine: createEngine(),
    storage: () => db,
    readiness: { state: () => 'ready' },
    targets: NO_TARGETS,
    rules: NO_RULES,
    alertmanagers: NO_ALERTMANAGERS,
    config: EMPTY_CONFIG,
    status: TEST_STATUS,
    registry: new Registry(),
    reportError: () => {},
    now: () => NOW_MS,
  };
}
