import type { ExpositionFormat } from '@hearth/model';
import type { ScrapeConfig } from '../../config/types.ts';
import type { HttpClient } from '../../http-client/http-client.ts';
import type { Relabel } from '../series/series-labels.ts';
import { acceptHeader, formatOfProtocol } from './accept.ts';

/** No answer of any target is larger, whatever is configured. */
const MAX_BODY_BYTES = 1 << 28;

/** How the targets of a job are scraped. */
export interface ScrapeSettings {
  readonly client: HttpClient;
  readonly headers: Readonly<Record<string, string>>;
  readonly maxBodyBytes: number;
  readonly fallbackFormat: ExpositionFormat | undefined;
  readonly config: ScrapeConfig;
  /** `metric_relabel_configs`. */
  readonly relabel: Relabel;
}

export interface ScrapeSettingsOptions {
  readonly config: ScrapeConfig;
  readonly client: HttpClient;
  readonly relabel: Relabel;
  readonly userAgent: string;
}

export function createScrapeSettings({ config, client, relabel, userAgent }: ScrapeSettingsOptions): ScrapeSettings {
  const { fallbackScrapeProtocol, limits } = config;
  return {
    client,
    headers: {
      accept: acceptHeader(config.scrapeProtocols, config.metricNameEscapingScheme),
      'accept-encoding': config.enableCompression ? 'gzip' : 'identity',
      'user-agent': userAgent,
    },
    maxBodyBytes: limits.bodySizeBytes === 0 ? MAX_BODY_BYTES : limits.bodySizeBytes,
    fallbackFormat: fallbackScrapeProtocol && formatOfProtocol(fallbackScrapeProtocol),
    config,
    relabel,
  };
}
