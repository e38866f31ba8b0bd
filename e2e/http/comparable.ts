import type { Answer, Call } from './asking.ts';

/** Sums of floats may be added up in another order. */
const RELATIVE_TOLERANCE = 1e-9;

/** Results whose order means something. */
const ORDERED = /query=(sort|topk|bottomk)/;

interface ApiBody {
  readonly status: string;
  readonly data?: unknown;
  readonly infos?: unknown;
  readonly warnings?: readonly string[];
}

/**
 * An answer without what cannot be the same: the order of series where the API promises none, and what only newer
 * versions have: notes about queries, and a parameter of the text format.
 */
export function comparable(answer: Answer, call: Call): unknown {
  const { status, body } = answer;
  const contentType = answer.contentType.replace('; escaping=underscores', '');
  if (typeof body === 'string')
    return { status, contentType, body: call.path.startsWith('/federate') ? linesOf(body) : body };
  const { infos: _, warnings: allWarnings = [], ...rest } = body as ApiBody;
  const warnings = allWarnings.filter((warning) => !warning.startsWith('PromQL warning'));
  return {
    status,
    contentType,
    body: { ...rest, warnings, ...(rest.data !== undefined && { data: sorted(rest.data, call) }) },
  };
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').sort();
}

function sorted(data: unknown, { path, form = '' }: Call): unknown {
  if (path.startsWith('/api/v1/series')) return sortItems(data);
  if (path === '/api/v1/status/tsdb') return withoutNames(data as Readonly<Record<string, unknown>>);
  const { result, resultType } = (data ?? {}) as { readonly result?: unknown; readonly resultType?: string };
  if (resultType !== 'vector' || ORDERED.test(path) || ORDERED.test(form)) return data;
  return { ...(data as object), result: sortItems(result) };
}

/** Which of those that are equally many are shown is not said. Newer versions count the bytes of a value for each series. */
function withoutNames(stats: Readonly<Record<string, unknown>>): unknown {
  const values = (list: unknown) => (Array.isArray(list) ? list.map(({ value }) => value as number) : list);
  const members = Object.entries(stats).filter(([name]) => name !== 'memoryInBytesByLabelName');
  return Object.fromEntries(members.map(([name, list]) => [name, values(list)]));
}

function sortItems(items: unknown): unknown {
  if (!Array.isArray(items)) return items;
  const keyed = items.map((item) => [JSON.stringify(item), item] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

/** The first place where two answers differ, in words; `undefined` where they are the same. */
export function tryDifference(ours: unknown, theirs: unknown, path = ''): string | undefined {
  if (Object.is(ours, theirs)) return undefined;
  if (typeof ours === 'string' && typeof theirs === 'string') {
    return areClose(ours, theirs) ? undefined : `${path}: ${JSON.stringify(ours)} instead of ${JSON.stringify(theirs)}`;
  }
  if (typeof ours !== 'object' || typeof theirs !== 'object' || ours === null || theirs === null) {
    return `${path}: ${JSON.stringify(ours)} instead of ${JSON.stringify(theirs)}`;
  }
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  for (const name of names) {
    const [a, b] = [ours, theirs].map((value) => (value as Record<string, unknown>)[name]);
    const difference = tryDifference(a, b, `${path}/${name}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function areClose(a: string, b: string): boolean {
  const [x, y] = [Number(a), Number(b)];
  if (a === '' || b === '' || !Number.isFinite(x) || !Number.isFinite(y)) return false;
  return Math.abs(x - y) <= RELATIVE_TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
}
