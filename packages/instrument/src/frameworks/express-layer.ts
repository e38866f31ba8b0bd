import { tryMountTemplate } from './express4-path.ts';

/** One entry of a router's stack, in Express 4 and 5. */
export interface Layer {
  readonly handle: { readonly length: number; readonly stack?: unknown };
  readonly route?: object | undefined;
  /** Late releases of Express 5 return the match; before, the layer itself held it until the next one. */
  match(path: string): boolean | ReturnedMatch;
  readonly path?: string | undefined;
  readonly params?: Params | undefined;
  /** Express 4 only, with a key for each group. */
  readonly regexp?: RegExp;
  readonly keys?: readonly { readonly name: string | number }[];
}

type Params = Readonly<Record<string, unknown>>;

interface ReturnedMatch {
  readonly path: string;
  /** What the layer was defined by. */
  readonly pattern?: unknown;
}

/** What a layer takes of a path, without a slash at its end: as it came, and as the template says it. */
export interface TakenPath {
  readonly path: string;
  readonly template: string;
}

/** Matches a layer as its router does; undefined if it does not match, or cannot decode the path. */
export function tryTake(layer: Layer, path: string): TakenPath | undefined {
  const match = tryMatch(layer, path);
  if (match === false) return undefined;
  if (match !== true) {
    return { path: withoutTrailingSlash(match.path), template: withoutTrailingSlash(String(match.pattern)) };
  }
  const taken = withoutTrailingSlash(layer.path ?? '');
  const { regexp, keys } = layer;
  if (taken === '') return { path: '', template: '' };
  if (regexp === undefined || keys === undefined) return { path: taken, template: templateOf(taken, layer.params) };
  return { path: taken, template: tryMountTemplate(regexp, keys, path) ?? withoutTrailingSlash(String(regexp)) };
}

function tryMatch(layer: Layer, path: string): boolean | ReturnedMatch {
  try {
    return layer.match(path);
  } catch {
    // A parameter that is no percent-encoding; the router gave this layer up as well.
    return false;
  }
}

export function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

/**
 * What early releases of Express 5 leave to know: puts `:name` in the place of each parameter's value, from the right,
 * because names of collections come before ids. The rest is in lower case, as routers do not mind. A value that is no
 * segment of its own must not get into a label with the rest.
 */
function templateOf(taken: string, params: Params = {}): string {
  const segments = taken.split('/').map(decoded);
  const template = segments.map((segment) => segment.toLowerCase());
  let last = segments.length - 1;
  for (const [name, value] of Object.entries(params).toReversed()) {
    if (value === undefined || value === '') continue;
    const at = segments.lastIndexOf(value as string, last);
    if (at === -1) return '*';
    template[at] = `:${name}`;
    last = at - 1;
  }
  return template.join('/');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
