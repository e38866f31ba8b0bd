import { createLabels } from '@hearth/model';
import type { StaticDiscoveryConfig } from '../config/types.ts';
import type { Discoverer } from './discoverer.ts';

/** Targets that the configuration names. */
export function createStaticDiscoverer({ groups }: StaticDiscoveryConfig): Discoverer {
  let isStopped = false;
  return {
    start(onGroups) {
      queueMicrotask(() => {
        if (isStopped) return;
        onGroups(
          groups.map(({ targets, labels }, i) => ({
            source: `static_configs ${i}`,
            targets: targets.map((address) => createLabels({ __address__: address })),
            labels: createLabels(labels),
          })),
        );
      });
    },
    async stop() {
      isStopped = true;
    },
  };
}
