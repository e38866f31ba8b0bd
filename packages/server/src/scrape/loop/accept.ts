import type { ExpositionFormat } from '@hearth/model';
import type { EscapingScheme, ScrapeProtocol } from '../../config/types.ts';

const MEDIA_TYPES: Readonly<Record<ScrapeProtocol, string>> = {
  'OpenMetricsText0.0.1': 'application/openmetrics-text;version=0.0.1',
  'OpenMetricsText1.0.0': 'application/openmetrics-text;version=1.0.0',
  'PrometheusText0.0.4': 'text/plain;version=0.0.4',
  'PrometheusText1.0.0': 'text/plain;version=1.0.0',
};

/** Prometheus counts down from here, since it knows a protocol more. */
const HIGHEST_WEIGHT = 6;

/** The header that asks for these protocols, the most wanted first. */
export function acceptHeader(protocols: readonly ScrapeProtocol[], scheme: EscapingScheme): string {
  const ranges = protocols.map((protocol, i) => {
    const escaping = protocol.endsWith('1.0.0') ? `;escaping=${scheme}` : '';
    return `${MEDIA_TYPES[protocol]}${escaping};q=0.${HIGHEST_WEIGHT - i}`;
  });
  return [...ranges, `*/*;q=0.${HIGHEST_WEIGHT - protocols.length}`].join(',');
}

export function formatOfProtocol(protocol: ScrapeProtocol): ExpositionFormat {
  return protocol.startsWith('OpenMetrics') ? 'openmetrics' : 'prometheus-text';
}
