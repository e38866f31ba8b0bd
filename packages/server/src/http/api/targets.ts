import { compareUtf8, type Matcher } from '@hearth/model';
import { badData } from '../errors/http-errors.ts';
import { formatGoTime } from '../json/go-time.ts';
import { listPart, objectPart, valuePart } from '../json/json-part.ts';
import type { JsonWriter } from '../json/json-writer.ts';
import { parseLooseLimit } from '../parameters/limits.ts';
import { parseSelector } from '../parameters/matchers.ts';
import type { ConfigView } from '../views/config-view.ts';
import type { ActiveTarget, DroppedTarget, MetricMetadata, TargetsView } from '../views/targets-view.ts';
import { type GlobalUrlOptions, globalUrlOf } from './global-url.ts';
import { answerRelabelSteps } from './relabel-steps.ts';
import { type ApiAnswer, type ApiCall, type ApiRoute, READ } from './route.ts';

export interface TargetRoutesOptions {
  readonly targets: TargetsView;
  readonly config: ConfigView;
  readonly globalUrl: () => GlobalUrlOptions;
}

/** `/targets`, `/scrape_pools` and what is below them. */
export function targetRoutes(options: TargetRoutesOptions): readonly ApiRoute[] {
  const { targets, config } = options;
  return [
    { methods: READ, path: '/targets', answer: ({ query }) => answerTargets(options, query) },
    { methods: READ, path: '/targets/metadata', answer: ({ form }) => answerMetadata(targets, form) },
    { methods: READ, path: '/targets/relabel_steps', answer: ({ form }) => answerRelabelSteps(config, form) },
    { methods: READ, path: '/scrape_pools', answer: () => answerPools(targets) },
    { methods: READ, path: '/scrape_pools/config', answer: ({ form }) => answerPoolConfig(config, form) },
  ];
}

function answerTargets({ targets, globalUrl }: TargetRoutesOptions, query: ApiCall['query']): ApiAnswer {
  const pool = query.get('scrapePool');
  const state = query.get('state').toLowerCase();
  const shows = (wanted: string) => ['', 'any', wanted].includes(state);
  const isAsked = (target: { readonly pool: string }) => pool === '' || target.pool === pool;
  const active = shows('active') ? targets.active().filter(isAsked).toSorted(byPool) : [];
  const dropped = shows('dropped') ? targets.dropped().filter(isAsked).toSorted(byPool) : [];
  const urlOptions = globalUrl();
  return {
    data: objectPart({
      activeTargets: listPart(active, (writer, target) => writer.value(printTarget(target, urlOptions))),
      droppedTargets: listPart(dropped, writeDropped),
      droppedTargetCounts: valuePart(shows('dropped') ? Object.fromEntries(targets.droppedCounts()) : null),
    }),
  };
}

function byPool(a: { readonly pool: string }, b: { readonly pool: string }): number {
  return compareUtf8(a.pool, b.pool);
}

function printTarget(target: ActiveTarget, urlOptions: GlobalUrlOptions): unknown {
  return {
    discoveredLabels: target.discoveredLabels,
    labels: target.labels,
    scrapePool: target.pool,
    scrapeUrl: target.scrapeUrl,
    globalUrl: globalUrlOf(target.scrapeUrl, urlOptions),
    lastError: target.lastError,
    lastScrape: formatGoTime(target.lastScrapeMs),
    lastScrapeDuration: target.lastScrapeDurationMs / 1000,
    health: target.health,
    scrapeInterval: target.scrapeInterval,
    scrapeTimeout: target.scrapeTimeout,
    notice: target.notice,
  };
}

function writeDropped(writer: JsonWriter, { pool, discoveredLabels }: DroppedTarget): void {
  writer.value({ discoveredLabels, scrapePool: pool });
}

function answerPools(targets: TargetsView): ApiAnswer {
  return { data: valuePart({ scrapePools: targets.pools().toSorted(compareUtf8) }) };
}

function answerPoolConfig(config: ConfigView, form: ApiCall['form']): ApiAnswer {
  const pool = form.get('scrapePool');
  if (pool === '') throw badData('no scrapePool parameter provided');
  const yaml = config.poolYaml(pool);
  if (yaml === undefined) throw badData(`error retrieving scrape config: scrape pool "${pool}" not found`);
  return { data: valuePart({ yaml }) };
}

/** What a target told of one metric, or of all: then with their names. */
function answerMetadata(targets: TargetsView, form: ApiCall['form']): ApiAnswer {
  const limit = parseLooseLimit(form, 'limit');
  const selector = form.get('match_target');
  const matchers = selector === '' ? [] : parseSelector(selector, { parameter: 'match_target' });
  const metric = form.get('metric');

  const found: object[] = [];
  for (const target of targets.active()) {
    if (limit >= 0 && found.length >= limit) break;
    if (!matches(target, matchers)) continue;
    for (const { metric: name, type, help, unit } of target.metadata()) {
      if (metric === '') found.push({ target: target.labels, metric: name, type, help, unit });
      else if (name === metric) found.push({ target: target.labels, type, help, unit });
    }
  }
  return { data: listPart(found, (writer, item) => writer.value(item)) };
}

function matches({ labels }: ActiveTarget, matchers: readonly Matcher[]): boolean {
  return matchers.every((matcher) => matcher.matches(labels.get(matcher.name)));
}

/** `/metadata`: what targets told of metrics, each different thing once. */
export function metadataRoutes(targets: TargetsView): readonly ApiRoute[] {
  return [{ methods: READ, path: '/metadata', answer: ({ form }) => answerMetricMetadata(targets, form) }];
}

function answerMetricMetadata(targets: TargetsView, form: ApiCall['form']): ApiAnswer {
  const limit = parseLooseLimit(form, 'limit');
  const limitPerMetric = parseLooseLimit(form, 'limit_per_metric');
  const metric = form.get('metric');

  const byMetric = new Map<string, Map<string, Omit<MetricMetadata, 'metric'>>>();
  for (const target of targets.active()) {
    for (const { metric: name, type, help, unit } of target.metadata()) {
      if (metric !== '' && name !== metric) continue;
      const known = byMetric.get(name) ?? new Map<string, Omit<MetricMetadata, 'metric'>>();
      byMetric.set(name, known);
      if (limitPerMetric > 0 && known.size >= limitPerMetric) continue;
      known.set(JSON.stringify([type, help, unit]), { type, unit, help });
    }
  }
  const shown = limit >= 0 ? [...byMetric].slice(0, limit) : [...byMetric];
  const members = shown.toSorted(([a], [b]) => compareUtf8(a, b)).map(([name, known]) => [name, [...known.values()]]);
  return { data: mapPart(members as [string, unknown][]) };
}

function mapPart(members: readonly (readonly [string, unknown])[]) {
  return objectPart(Object.fromEntries(members.map(([name, value]) => [name, valuePart(value)])));
}
