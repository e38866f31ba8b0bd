import { requestPath } from '../http/request-path.ts';
import { type Layer, tryTake, withoutTrailingSlash } from './express-layer.ts';

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

/** The layers on the way to a route: those by which routers are mounted into each other, outermost first, and its own. */
interface Way {
  readonly mounts: readonly Layer[];
  readonly own: Layer;
}

/** By application and route: one router may be mounted in several applications. */
const waysOf = new WeakMap<object, WeakMap<object, readonly Way[]>>();

/** The template where the routers are not built as they are known to be: better one label for all than one for each id. */
const UNKNOWN_MOUNT = '*';

/**
 * The template of the route that took a request, mount paths included, or undefined if none did.
 *
 * Express tells the template of a route, but of the routers around it only the concrete path (`baseUrl`), which would put
 * ids into a label; and not even that, once an error or `next()` has left them. So the routers are searched for the route
 * once, and for each request the layers on the way to it are matched again to learn which parts of the path are parameters.
 */
export function expressRouteOf(request: RoutedRequest): string | undefined {
  const { route, app } = request;
  if (route === undefined) return undefined;
  const routePath = routePathText(route.path);
  const ways = waysTo(route, app);
  const isInAppItself = ways[0]?.mounts.length === 0;
  if (isInAppItself && app?.parent === undefined) return routePath;
  const mount = mountTemplate(request, ways);
  return routePath === '/' && mount !== '' ? mount : mount + routePath;
}

/** A route may be defined by a string, a regular expression, or a list of these. */
function routePathText(path: unknown): string {
  return Array.isArray(path) ? path.map(String).join('|') : String(path);
}

function mountTemplate({ app, originalUrl, baseUrl = '' }: RoutedRequest, ways: readonly Way[]): string {
  const appPrefix = prefixOf(app);
  const depth = appPrefix.split('/').length - 1;
  const path = withoutSegments(requestPath(originalUrl), depth);
  const base = withoutSegments(baseUrl, depth);
  let leftWay: string | undefined;
  for (const { mounts, own } of ways) {
    const taken = tryTakeAll(mounts, path);
    if (taken?.path === base) return appPrefix + taken.template;
    // Express has left some of the routers, and `baseUrl` with them: the route itself has to tell whether this is the way.
    if (leftWay !== undefined || !taken?.path.startsWith(base)) continue;
    if (tryTake(own, path.slice(taken.path.length) || '/') !== undefined) leftWay = taken.template;
  }
  return leftWay === undefined ? UNKNOWN_MOUNT : appPrefix + leftWay;
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

function tryTakeAll(layers: readonly Layer[], path: string): { path: string; template: string } | undefined {
  const all = { path: '', template: '' };
  for (const layer of layers) {
    const taken = tryTake(layer, path.slice(all.path.length) || '/');
    if (taken === undefined) return undefined;
    all.path += taken.path;
    all.template += taken.template;
  }
  return all;
}

function waysTo(route: object, app: RoutedRequest['app']): readonly Way[] {
  if (app === undefined) return [];
  let waysByRoute = waysOf.get(app);
  if (waysByRoute === undefined) {
    waysByRoute = new WeakMap();
    waysOf.set(app, waysByRoute);
  }
  let ways = waysByRoute.get(route);
  if (ways === undefined) {
    ways = findWays(routerStack(app), route, []);
    waysByRoute.set(route, ways);
  }
  return ways;
}

const MAX_DEPTH = 16;

function findWays(stack: readonly Layer[], route: object, mounts: readonly Layer[]): Way[] {
  const own = stack.find((layer) => layer.route === route);
  if (own !== undefined) return [{ mounts, own }];
  if (mounts.length >= MAX_DEPTH) return [];
  return stack.flatMap((layer) => {
    const inner = layer.handle?.stack;
    return Array.isArray(inner) ? findWays(inner as Layer[], route, [...mounts, layer]) : [];
  });
}

/** The layers of an application, where Express 4 (`_router`) or 5 (`router`) keeps them, or of a router. */
export function routerStack(app: object | undefined): Layer[] {
  const { stack, lazyrouter, _router } = (app ?? {}) as RouterHolder;
  if (Array.isArray(stack)) return stack as Layer[];
  // Express 4 makes its router with the first route, and throws when `router` is touched.
  const router = lazyrouter === undefined ? (app as RouterHolder | undefined)?.router : _router;
  return Array.isArray(router?.stack) ? (router.stack as Layer[]) : [];
}

/** Where a router, an application of Express 4, and one of Express 5 keep their layers. */
interface RouterHolder {
  readonly stack?: unknown;
  readonly lazyrouter?: unknown;
  readonly _router?: { readonly stack?: unknown };
  readonly router?: { readonly stack?: unknown };
}
