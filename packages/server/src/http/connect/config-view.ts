import { printConfig, printScrapeConfig } from '../../config/print/print-config.ts';
import type { Config } from '../../config/types.ts';
import type { ConfigView } from '../views/config-view.ts';

/** The configuration in force, which `file` has. */
export function createConfigView(file: string, current: () => Config): ConfigView {
  const poolOf = (name: string) => current().scrapeConfigs.find(({ jobName }) => jobName === name);
  return {
    yaml: () => printConfig(current(), file),
    poolYaml: (name) => {
      const pool = poolOf(name);
      return pool === undefined ? undefined : printScrapeConfig(pool);
    },
    relabelRules: (name) => poolOf(name)?.relabelRules,
    externalLabels: () => current().global.externalLabels,
  };
}
