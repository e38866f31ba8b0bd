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
  const template = regexp && keys ? templateOfGroups(regexp, keys, path, taken) : templateOfParams(taken, layer.params);
  return { path: taken, template };
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

/** How every expression ends that Express 4 makes of a mount path; a user's own expression is its own template. */
const END_OF_MOUNT = '(?=\\/|$)';

/** Puts `:name` in the place of what each group has matched. */
function templateOfGroups(
  regexp: RegExp,
  keys: readonly { readonly name: string | number }[],
  path: string,
  taken: string,
): string {
  if (taken === '') return '';
  if (!regexp.source.endsWith(END_OF_MOUNT)) return String(regexp);
  const { indices = [] } = new RegExp(regexp, `${regexp.flags}d`).exec(path) ?? {};
  let template = '';
  let at = 0;
  keys.forEach(({ name }, i) => {
    const [start, end] = indices[i + 1] ?? [-1, -1];
    if (start < at || start === end) return;
    template += `${taken.slice(at, start)}:${name}`;
    at = end;
  });
  return template + taken.slice(at);
}

/**
 * Puts `:name` in the place of each parameter's value: from the right, because names of collections come before ids. A value
 * that is not found must not get into a label with the rest.
 */
function templateOfParams(taken: string, params: Params = {}): string {
  const segments = taken.split('/').map(decoded);
  let from = segments.length - 1;
  for (const [name, value] of Object.entries(params).toReversed()) {
    if (value === undefined || value === '') continue;
    if (typeof value !== 'string') return '*';
    const at = lastSegmentWith(segments, value, from);
    if (at === -1) return '*';
    segments[at] = segments[at]!.replace(value, () => `:${name}`);
    from = at;
  }
  return segments.join('/');
}

function lastSegmentWith(segments: readonly string[], value: string, from: number): number {
  const whole = segments.lastIndexOf(value, from);
  return whole === -1 ? segments.findLastIndex((segment, i) => i <= from && segment.includes(value)) : whole;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
