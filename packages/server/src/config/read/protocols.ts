import { tryNearest } from '../nearest.ts';
import type { ScrapeProtocol } from '../types.ts';
import { readTexts } from '../yaml/collections.ts';
import type { Fields } from '../yaml/fields.ts';
import type { Place } from '../yaml/place.ts';
import { readText } from '../yaml/scalars.ts';

const PROTOBUF = 'PrometheusProto';

const SUPPORTED: readonly ScrapeProtocol[] = [
  'OpenMetricsText0.0.1',
  'OpenMetricsText1.0.0',
  'PrometheusText0.0.4',
  'PrometheusText1.0.0',
];

/** Never empty. Protobuf is left out with a warning, since targets that speak it speak text too. */
export function readScrapeProtocols(fields: Fields): readonly ScrapeProtocol[] | undefined {
  const place = fields.find('scrape_protocols');
  if (!place) return undefined;
  const names = readTexts(place);
  if (names === undefined) return undefined;
  if (names.length === 0) place.report('scrape_protocols is empty', { suggestion: 'leave it out to offer them all' });

  const seen = new Set<string>();
  const items = place.items ?? [];
  const protocols: ScrapeProtocol[] = [];
  for (const [index, name] of names.entries()) {
    const item = items[index] ?? place;
    if (seen.has(name.toLowerCase())) item.report(`"${name}" is listed twice`, { code: 'conflict' });
    seen.add(name.toLowerCase());
    if (name === PROTOBUF && names.length > 1) {
      item.warn(`${PROTOBUF} is not supported and will not be offered to targets`);
      continue;
    }
    const protocol = toProtocol(name, item);
    if (protocol) protocols.push(protocol);
  }
  return protocols.length === 0 ? undefined : protocols;
}

export function readFallbackProtocol(place: Place): ScrapeProtocol | undefined {
  const name = readText(place);
  return name === undefined || name === '' ? undefined : toProtocol(name, place);
}

function toProtocol(name: string, place: Place): ScrapeProtocol | undefined {
  const protocol = SUPPORTED.find((each) => each === name);
  if (protocol) return protocol;
  if (name === PROTOBUF) {
    const suggestion = 'use OpenMetricsText1.0.0 or PrometheusText0.0.4';
    place.report(`${PROTOBUF} is not supported: metrics are read as text`, { code: 'not_supported', suggestion });
    return undefined;
  }
  const nearest = tryNearest(name, [...SUPPORTED, PROTOBUF]);
  const suggestion = nearest === undefined ? `it is one of ${SUPPORTED.join(', ')}` : `did you mean "${nearest}"?`;
  place.report(`unknown scrape protocol "${name}"`, { suggestion });
  return undefined;
}
