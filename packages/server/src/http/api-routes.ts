import { adminRoutes } from './api/admin.ts';
import { exemplarRoutes } from './api/exemplars.ts';
import { expressionRoutes } from './api/expressions.ts';
import { featureRoutes } from './api/features.ts';
import { labelRoutes } from './api/labels.ts';
import { queryRoutes } from './api/queries.ts';
import type { ApiRoute } from './api/route.ts';
import { ruleRoutes } from './api/rules.ts';
import { seriesRoutes } from './api/series.ts';
import { statusRoutes } from './api/status.ts';
import { metadataRoutes, targetRoutes } from './api/targets.ts';
import type { CompleteAppOptions } from './app-options.ts';

const DEFAULT_PORT = 80;

/** All calls of the API. */
export function apiRoutes(options: CompleteAppOptions): readonly ApiRoute[] {
  const { engine, storage, targets, rules, alertmanagers, config, status, now, isAdminApiEnabled } = options;
  const globalUrl = () => ({ listenPort: options.listenPort(), externalUrl: externalUrlOf(options) });
  return [
    ...queryRoutes({ engine, storage, now }),
    ...expressionRoutes(),
    ...seriesRoutes(storage),
    ...labelRoutes(storage),
    ...exemplarRoutes(storage),
    ...metadataRoutes(targets),
    ...targetRoutes({ targets, config, globalUrl }),
    ...ruleRoutes(rules, alertmanagers),
    ...statusRoutes({ status, config, storage, now }),
    ...featureRoutes({ isAdminApiEnabled, isLifecycleEnabled: options.lifecycle !== undefined }),
    ...adminRoutes({ isEnabled: isAdminApiEnabled, storage }),
  ];
}

/** As Prometheus takes it where nobody says it. */
function externalUrlOf({ externalUrl, machineName, listenPort }: CompleteAppOptions): URL {
  return externalUrl ?? new URL(`http://${machineName}:${listenPort() ?? DEFAULT_PORT}`);
}
