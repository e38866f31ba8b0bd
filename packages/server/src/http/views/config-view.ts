import type { Labels } from '@hearth/model';

/** The configuration that is in force. */
export interface ConfigView {
  /** All of it as YAML, with its defaults, and secrets as `<secret>`. */
  yaml(): string;
  /** That of one scrape pool, likewise; `undefined` where there is none of this name. */
  poolYaml(pool: string): string | undefined;
  externalLabels(): Labels;
}
