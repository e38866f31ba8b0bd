import type { Labels } from '@hearth/model';
import type { RelabelRule } from '../../config/types.ts';

/** The configuration that is in force. */
export interface ConfigView {
  /** All of it as YAML, with its defaults, and secrets as `<secret>`. */
  yaml(): string;
  /** That of one scrape pool, likewise; `undefined` where there is none of this name. */
  poolYaml(pool: string): string | undefined;
  /** The rules by which a scrape pool relabels its targets; `undefined` likewise. */
  relabelRules(pool: string): readonly RelabelRule[] | undefined;
  externalLabels(): Labels;
}
