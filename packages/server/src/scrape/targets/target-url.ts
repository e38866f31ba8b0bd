import type { Labels } from '@hearth/model';
import { ADDRESS, METRICS_PATH, PARAM_PREFIX, SCHEME } from './label-names.ts';

export type QueryParams = Readonly<Record<string, readonly string[]>>;

/** Where a target is scraped, written as Go writes URLs. Labels replace the first value of a parameter. */
export function targetUrl(labels: Labels, configured: QueryParams): string {
  const params = new Map<string, readonly string[]>(Object.entries(configured));
  for (const { name, value } of labels) {
    if (!name.startsWith(PARAM_PREFIX)) continue;
    const key = name.slice(PARAM_PREFIX.length);
    params.set(key, [value, ...(params.get(key)?.slice(1) ?? [])]);
  }
  const path = labels.get(METRICS_PATH);
  const rooted = path === '' || path.startsWith('/') ? path : `/${path}`;
  const query = formatQuery(params);
  return `${labels.get(SCHEME)}://${labels.get(ADDRESS)}${escapePath(rooted)}${query === '' ? '' : `?${query}`}`;
}

/** By name, as Go's url.Values. */
function formatQuery(params: ReadonlyMap<string, readonly string[]>): string {
  return [...params]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, values]) => values.map((value) => `${escapeQuery(name)}=${escapeQuery(value)}`))
    .join('&');
}

function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, percent)
    .replace(/%20/g, '+');
}

function escapePath(path: string): string {
  return encodeURI(path).replace(/[?#]/g, percent);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
