import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHearthFolder, type HearthFolder, type HearthServer } from '../server/hearth-server.ts';
import { flaskIsMissing, flaskSuite, startFlask } from '../support/flask.ts';
import { freePort } from '../support/free-port.ts';
import { nodeExporterIsMissing, startNodeExporter } from '../support/node-exporter.ts';
import { prometheusIsMissing, prometheusSuite } from '../support/prometheus.ts';
import { startTicTacToe } from '../support/sample-application.ts';
import { until } from '../support/until.ts';
import type { WebApp } from '../support/web-app.ts';
import { startFixedPages } from './fixed-page.ts';
import { type PrometheusOnFile, startPrometheusOn } from './prometheus-on-file.ts';

const address = ({ url }: WebApp) => new URL(url).host;

interface Addresses {
  readonly pages: string;
  /** A folder with files of targets. */
  readonly folder: string;
  readonly replicas: readonly string[];
  readonly prometheus: string;
  readonly others: Readonly<Record<string, string>>;
}

/** Settings of jobs that scrape the fixed pages, with what a scrape configuration has. */
const PAGE_JOBS = {
  tricky: `metrics_path: /tricky
    metric_relabel_configs:
      - {source_labels: [__name__], regex: dropped_.*, action: drop}
      - {source_labels: [__name__, old], regex: renamed;(.*), target_label: new, replacement: "from-$1"}
      - {regex: old, action: labeldrop}`,
  honoring: 'metrics_path: /tricky\n    honor_labels: true\n    honor_timestamps: false',
  openmetrics: 'metrics_path: /openmetrics',
  gzip: 'metrics_path: /gzip\n    params: {module: [a b, c]}',
  redirected: 'metrics_path: /redirected',
  unfollowed: 'metrics_path: /redirected\n    follow_redirects: false',
  broken: 'metrics_path: /broken',
  many: 'metrics_path: /many\n    sample_limit: 10',
  labels: 'metrics_path: /many\n    label_limit: 3',
  body: 'metrics_path: /many\n    body_size_limit: 20B',
  missing: 'metrics_path: /missing',
  private: 'metrics_path: /private\n    authorization: {credentials: secret}',
  refused: 'metrics_path: /private',
  relabelled: `metrics_path: /gzip
    relabel_configs:
      - {source_labels: [__address__], regex: "(.*):.*", target_label: host}
      - {target_label: instance, replacement: one}
      - {action: labelmap, regex: __meta_(.*), replacement: meta_$1}`,
};

function configFor({ pages, folder, replicas, prometheus, others }: Addresses): string {
  const job = (name: string, target: string, settings = '') =>
    `  - job_name: ${name}\n    static_configs: [{targets: [${JSON.stringify(target)}], labels: {team: x}}]\n    ${settings}\n`;
  const found = (name: string, discovery: string) =>
    `  - job_name: ${name}\n    metrics_path: /gzip\n    ${discovery}\n`;
  const scraped = [
    found('files', `file_sd_configs: [{files: [${folder}/*.json, ${folder}/targets.yml]}]`),
    found('list', `http_sd_configs: [{url: "http://${pages}/list"}]`),
    ...Object.entries(PAGE_JOBS).map(([name, settings]) => job(name, pages, settings)),
    ...replicas.map((replica, i) => job(`replica-${i}`, replica)),
    job('prometheus', prometheus),
    ...Object.entries(others).map(([name, target]) => job(name, target)),
  ];
  return `global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n${scraped.join('')}`;
}

type Series = Readonly<Record<string, string>>;

/** As texts that can be compared. Prometheus 3, and Hearth, write the bounds of buckets and quantiles as OpenMetrics does: `1.0`. */
function printed(series: readonly Series[]): readonly string[] {
  return series
    .map((labels) => {
      const pairs = Object.entries(labels).map(([name, value]): [string, string] => {
        const isBound = name === 'le' || name === 'quantile';
        return [name, isBound ? String(Number(value.replace('Inf', 'Infinity'))) : value];
      });
      return JSON.stringify(Object.fromEntries(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1))));
    })
    .toSorted();
}

describe.skipIf(prometheusIsMissing)(prometheusSuite('what is scraped, beside Prometheus'), () => {
  const started: { close(): Promise<void> }[] = [];
  let folder: HearthFolder;
  let hearth: HearthServer;
  let prometheus: PrometheusOnFile;

  async function start<T extends WebApp>(app: Promise<T>): Promise<T> {
    const running = await app;
    started.push(running);
    return running;
  }

  beforeAll(async () => {
    const pages = await start(startFixedPages());
    const replicas = [await start(startTicTacToe()), await start(startTicTacToe({ METRICS_NAMES: 'flask' }))];
    const port = await freePort();
    const files = await mkdtemp(join(tmpdir(), 'hearth-e2e-targets-'));
    started.push({ close: () => rm(files, { recursive: true }) });
    await writeFile(join(files, 'a.json'), JSON.stringify([{ targets: [address(pages)], labels: { from: 'json' } }]));
    await writeFile(
      join(files, 'targets.yml'),
      `- targets: [${address(pages)}]\n  labels: {from: yaml, number: 1.10}\n`,
    );
    const config = configFor({
      pages: address(pages),
      folder: files,
      replicas: replicas.map(address),
      prometheus: `127.0.0.1:${port}`,
      others: {
        ...(!flaskIsMissing && { flask: address(await start(startFlask())) }),
        ...(!nodeExporterIsMissing && { node: address(await start(startNodeExporter())) }),
      },
    });
    prometheus = await startPrometheusOn(config, port);
    started.push(prometheus);
    folder = await createHearthFolder(config);
    started.push({ close: () => folder.remove() });
    hearth = await folder.start();
    for (const { url } of replicas) await fetch(`${url}/`);
  });

  afterAll(async () => {
    for (const each of started.reverse()) await each.close();
  });

  const seriesOf = (selector: string) => {
    const path = `/api/v1/series?${new URLSearchParams({ 'match[]': selector })}`;
    return Promise.all([hearth.get<Series[]>(path), prometheus.get<Series[]>(path)]);
  };

  async function expectSameSeries(job: string): Promise<void> {
    let seen: readonly [ours: readonly string[], theirs: readonly string[]] = [[], []];
    await until(`the same series of ${job}`, async () => {
      const [ours, theirs] = await seriesOf(`{job="${job}"}`);
      seen = [printed(ours), printed(theirs)];
      return seen[0].length > 0 && JSON.stringify(seen[0]) === JSON.stringify(seen[1]) ? true : undefined;
    }).catch(() => {
      // What differs is told below.
    });
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]).not.toEqual([]);
  }

  test.each([...Object.keys(PAGE_JOBS), 'files', 'list', 'replica-0', 'replica-1', 'prometheus'])(
    '%s: the same series',
    expectSameSeries,
  );

  test.skipIf(nodeExporterIsMissing)(
    `node: the same series${nodeExporterIsMissing ? ' (skipped: no prometheus-node-exporter on the PATH)' : ''}`,
    () => expectSameSeries('node'),
  );

  test.skipIf(flaskIsMissing)(flaskSuite('flask: the same series'), () => expectSameSeries('flask'));

  test('the same values on pages that do not change', async () => {
    for (const job of ['tricky', 'openmetrics', 'gzip', 'relabelled', 'many', 'labels', 'missing', 'honoring']) {
      const query = `{job="${job}", __name__!~"scrape_duration_seconds|twice"}`;
      const path = `/api/v1/query?${new URLSearchParams({ query })}`;
      const values = async (get: HearthServer['get']) => {
        const { result } = await get<{ result: { metric: Series; value: [number, string] }[] }>(path);
        return result.map(({ metric, value }) => `${printed([metric])[0]} ${value[1]}`).toSorted();
      };
      await until(`the same values of ${job}`, async () => {
        const [ours, theirs] = await Promise.all([values(hearth.get), values(prometheus.get)]);
        return JSON.stringify(ours) === JSON.stringify(theirs) ? true : undefined;
      });
    }
  });

  test.each(['tricky', 'openmetrics', 'node'])('%s: the same metadata', async (job) => {
    const path = `/api/v1/targets/metadata?${new URLSearchParams({ match_target: `{job="${job}"}` })}`;
    const metadataOf = async (get: HearthServer['get']) => {
      const found = await get<{ metric: string }[]>(path);
      return found.toSorted((a, b) => (a.metric < b.metric ? -1 : 1));
    };
    expect(await metadataOf(hearth.get)).toEqual(await metadataOf(prometheus.get));
  });

  test('the same exemplars', async () => {
    const path = () => {
      const seconds = Date.now() / 1000;
      const range = { start: String(seconds - 60), end: String(seconds + 60) };
      return `/api/v1/query_exemplars?${new URLSearchParams({ query: '{job="openmetrics"}', ...range })}`;
    };
    const exemplarsOf = async (get: HearthServer['get']) => {
      type Found = { seriesLabels: Series; exemplars: { labels: Series; value: string }[] };
      const found = await get<Found[]>(path());
      return found
        .map(
          ({ seriesLabels, exemplars: [first] }) =>
            `${printed([seriesLabels])[0]} ${JSON.stringify(first?.labels)} ${first?.value}`,
        )
        .toSorted();
    };
    const ours = await exemplarsOf(hearth.get);
    expect(ours).toHaveLength(2);
    expect(ours).toEqual(await exemplarsOf(prometheus.get));
  });

  test('the same health, for each target', async () => {
    const healthOf = async (get: HearthServer['get']) => {
      type Target = { labels: Series; health: string; scrapeUrl: string; scrapePool: string };
      const { activeTargets } = await get<{ activeTargets: Target[] }>('/api/v1/targets');
      return activeTargets.map(({ scrapePool, scrapeUrl, labels, health }) => ({
        scrapePool,
        scrapeUrl,
        labels,
        health,
      }));
    };
    const byPool = (targets: Awaited<ReturnType<typeof healthOf>>) =>
      targets.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    const keyOf = ({ scrapePool, labels }: { scrapePool: string; labels: Series }) =>
      scrapePool + JSON.stringify(labels);
    const ours = byPool(await healthOf(hearth.get));
    expect(ours).toEqual(byPool(await healthOf(prometheus.get)));
    const down = ours.filter(({ health }) => health !== 'up').map(({ scrapePool }) => scrapePool);
    expect(down).toEqual(['body', 'broken', 'labels', 'many', 'missing', 'refused', 'unfollowed']);
  });
});
