import { requestPath } from '../http/request-path.ts';

/** What Express 4 and 5 put on a request that a route has taken. */
export interface RoutedRequest {
  readonly route?: { readonly path?: unknown };
  readonly baseUrl?: string;
  readonly originalUrl?: string;
  readonly app?: MountedApp;
}

interface MountedApp {
  readonly mountpath?: string | readonly string[];
  readonly parent?: MountedApp;
}

/** One entry of a router's stack. */
export interface Layer {
  readonly handle: { readonly length: number; readonly stack?: unknown };
  readonly route?: object;
  /** Late releases of Express 5 return the match; before, the layer itself held it until the next one. */
  match(path: string): boolean | LayerMatch;
  readonly path?: string;
  readonly params?: LayerMatch['params'];
}

interface LayerMatch {
  readonly path: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The template. */
  readonly pattern?: unknown;
}

/** The layers by which routers are mounted into each other, outermost first. */
type MountChain = readonly Layer[];

const chainsByRoute = new WeakMap<object, readonly MountChain[]>();

/**
 * The template of the route that took a request, mount paths included, or undefined if none did.
 *
 * Express tells the template of a route, but of the routers around it only the concrete path (`baseUrl`), which would put
 * ids into a label. So the routers are searched for the route once, and for each request the layers on the way to it are
 * matched again to learn which parts of `baseUrl` are parameters.
 */
export function expressRouteOf(request: RoutedRequest): string | undefined {
  const { route, baseUrl } = request;
  if (route === undefined) return undefined;
  const path = routePathText(route.path);
  if (!baseUrl) return path;
  const mount = mountTemplate(request, route, baseUrl);
  return path === '/' ? mount : mount + path;
}

/** A route may be defined by a string, a regular expression, or a list of these. */
function routePathText(path: unknown): string {
  return Array.isArray(path) ? path.map(String).join('|') : String(path);
}

function mountTemplate(request: RoutedRequest, route: object, baseUrl: string): string {
  const appPrefix = prefixOf(request.app);
  const depth = appPrefix.split('/').length - 1;
  let chains = chainsByRoute.get(route);
  if (chains === undefined) {
    chains = findChains(routerStack(request.app), route, []);
    chainsByRoute.set(route, chains);
  }
  const pathInApp = withoutSegments(requestPath(request.originalUrl), depth);
  const baseInApp = withoutSegments(baseUrl, depth);
  for (const chain of chains) {
    const template = tryTemplate(chain, pathInApp, baseInApp);
    if (template !== undefined) return appPrefix + template;
  }
  // The routers are not built as they are known to be: better one label for all than one for each id.
  return '*';
}

/** Where an application is mounted in others, as templates. */
function prefixOf(app: RoutedRequest['app']): string {
  if (app?.parent === undefined) return '';
  const { mountpath } = app;
  return prefixOf(app.parent) + withoutTrailingSlash(String(Array.isArray(mountpath) ? mountpath[0] : mountpath));
}

function withoutSegments(path: string, count: number): string {
  let start = 0;
  for (let i = 0; i < count && start !== -1; i++) start = path.indexOf('/', start + 1);
  return start === -1 ? '' : path.slice(start);
}

const MAX_DEPTH = 16;

function findChains(stack: readonly Layer[], route: object, chain: MountChain): MountChain[] {
  if (stack.some((layer) => layer.route === route)) return [chain];
  if (chain.length >= MAX_DEPTH) return [];
  return stack.flatMap((layer) => {
    const inner = layer.handle?.stack;
    return Array.isArray(inner) ? findChains(inner as Layer[], route, [...chain, layer]) : [];
  });
}

/** The template of a chain if, for this path, it is the one that makes up the base. */
function tryTemplate(chain: MountChain, path: string, base: string): string | undefined {
  let template = '';
  let consumed = '';
  for (const layer of chain) {
    const match = tryMatch(layer, path.slice(consumed.length) || '/');
    if (match === undefined) return undefined;
    const matched = withoutTrailingSlash(match.path);
    template +=
      typeof match.pattern === 'string'
        ? withoutTrailingSlash(match.pattern)
        : withParameterNames(matched, match.params);
    consumed += matched;
  }
  return consumed === base ? template : undefined;
}

function tryMatch(layer: Layer, path: string): LayerMatch | undefined {
  const match = layer.match(path);
  if (typeof match === 'object') return match;
  return match ? { path: layer.path ?? '', params: layer.params ?? {} } : undefined;
}

function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

/** `/users/42` with `{ id: '42' }` is `/users/:id`; a value inside a segment is found too. */
function withParameterNames(path: string, params: LayerMatch['params']): string {
  const segments = path.split('/').map((segment) => tryDecode(segment));
  for (const [name, value] of Object.entries(params)) {
    if (typeof value !== 'string' || value === '') continue;
    const whole = segments.lastIndexOf(value);
    const at = whole === -1 ? segments.findIndex((segment) => segment.includes(value)) : whole;
    if (at !== -1) segments[at] = segments[at]!.replace(value, () => `:${name}`);
  }
  return segments.join('/');
}

function tryDecode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** An application's layers, in the place where Express 4 (`_router`) or 5 (`router`) keeps them. */
export function routerStack(app: object | undefined): Layer[] {
  // Express 4 throws when its deprecated `app.router` is touched, so `_router` is looked at first.
  const { _router } = (app ?? {}) as { _router?: { stack?: unknown } };
  const router = _router ?? (app as { router?: { stack?: unknown } } | undefined)?.router;
  return Array.isArray(router?.stack) ? (router.stack as Layer[]) : [];
}
