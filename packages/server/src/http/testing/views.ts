import { createLabels, Labels } from '@hearth/model';
import type { AlertmanagersView } from '../views/alertmanagers-view.ts';
import type { ConfigView } from '../views/config-view.ts';
import type { RulesView } from '../views/rules-view.ts';
import type { StatusView } from '../views/status-view.ts';
import type { ActiveTarget, TargetsView } from '../views/targets-view.ts';

export const NO_TARGETS: TargetsView = {
  pools: () => [],
  active: () => [],
  dropped: () => [],
  droppedCounts: () => new Map(),
};

export const NO_RULES: RulesView = { groups: () => [] };

export const NO_ALERTMANAGERS: AlertmanagersView = { active: () => [], dropped: () => [] };

export const EMPTY_CONFIG: ConfigView = {
  yaml: () => 'global: {}\n',
  poolYaml: () => undefined,
  relabelRules: () => undefined,
  externalLabels: () => Labels.empty,
};

export const TEST_STATUS: StatusView = {
  build: { version: '1.2.3', revision: 'abc', branch: 'main', buildUser: '', buildDate: '', goVersion: 'none' },
  runtime: () => ({
    startTimeMs: 0,
    workingDirectory: '/work',
    hostname: 'host',
    isLastReloadSuccessful: true,
    lastReloadMs: 1000,
    corruptions: 0,
    storageRetention: '15d',
  }),
  flags: () => ({ 'web.listen-address': '127.0.0.1:9090' }),
  walReplay: () => ({ min: 0, max: 0, current: 0 }),
  notifications: () => [],
};

export function testTarget(target: Partial<ActiveTarget> = {}): ActiveTarget {
  return {
    pool: 'web',
    discoveredLabels: createLabels({ __address__: '127.0.0.1:3000' }),
    labels: createLabels({ instance: '127.0.0.1:3000', job: 'web' }),
    scrapeUrl: 'http://127.0.0.1:3000/metrics',
    lastError: '',
    lastScrapeMs: 1_700_000_000_123,
    lastScrapeDurationMs: 12.5,
    health: 'up',
    scrapeInterval: '15s',
    scrapeTimeout: '10s',
    metadata: () => [],
    ...target,
  };
}
