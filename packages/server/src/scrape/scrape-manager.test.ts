import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { RelabelRule } from '../config/types.ts';
import { eventually } from '../testing/eventually.ts';
import { NO_LIMITS, scrapeConfig, staticTargets } from './testing/scrape-config.ts';
import { START_MS, setUpScrapes } from './testing/scrape-scene.ts';
import { sendText, startTarget } from './testing/target-server.ts';

const rule = (changes: Partial<RelabelRule>): RelabelRule => ({
  action: 'replace',
  sourceLabels: [],
  separator: ';',
  regex: '(.*)',
  modulus: 0,
  targetLabel: '',
  replacement: '$1',
  nameValidationScheme: 'utf8',
  ...changes,
});

/** Without the time, and without what differs from run to run. */
function shown(samples: readonly string[], address: string): readonly string[] {
  return samples
    .map((sample) => sample.replaceAll(address, 'target').replace(/ @\d+$/, ''))
    .filter((sample) => !sample.startsWith('scrape_duration_seconds') || sample.endsWith('stale'));
}

describe('a scrape', () => {
  test('asks as Prometheus does, and stores what it is answered and what is known about it', async () => {
    const target = await startTarget((_, response) => sendText(response, '# TYPE a counter\na{x="1"} 7\n'));
    const scene = await setUpScrapes(scrapeConfig({ discovery: staticTargets([target.address], { team: 'web' }) }));
    await scene.round();

    expect(shown(scene.storage.taken(), target.address)).toEqual([
      'a{instance="target", job="test", team="web", x="1"} 7',
      'up{instance="target", job="test", team="web"} 1',
      'scrape_samples_scraped{instance="target", job="test", team="web"} 1',
      'scrape_samples_post_metric_relabeling{instance="target", job="test", team="web"} 1',
      'scrape_series_added{instance="target", job="test", team="web"} 1',
    ]);
    expect(target.requests[0]?.url).toBe('/metrics');
    expect(target.requests[0]?.headers).toMatchObject({
      host: target.address,
      accept:
        'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      'accept-encoding': 'gzip',
      'user-agent': 'Hearth/test',
      'x-prometheus-scrape-timeout-seconds': '10',
    });
    expect(scene.targets()).toMatchObject([
      {
        scrapePool: 'test',
        scrapeUrl: `http://${target.address}/metrics`,
        health: 'up',
        lastError: '',
        warnings: [],
        scrapeIntervalMs: 10_000,
        scrapeTimeoutMs: 10_000,
      },
    ]);
    const [{ discoveredLabels, labels, metadata, lastScrapeMs = 0 }] = scene.targets();
    expect(discoveredLabels.toString()).toBe(
      `{__address__="${target.address}", __metrics_path__="/metrics", __scheme__="http", __scrape_interval__="10s", __scrape_timeout__="10s", job="test", team="web"}`,
    );
    expect(labels.toString()).toBe(`{instance="${target.address}", job="test", team="web"}`);
    expect([...metadata]).toEqual([{ metric: 'a', type: 'counter', help: '', unit: '' }]);
    expect(lastScrapeMs).toBeGreaterThan(START_MS);
  });

  test('keeps its place in the interval and its connection', async () => {
    const target = await startTarget((_, response) => sendText(response, 'a 1\n'));
    const scene = await setUpScrapes(scrapeConfig({ discovery: staticTargets([target.address]) }));
    const times: number[] = [];
    for (let i = 0; i < 3; i++) {
      await scene.round();
      times.push(Number(/^a.*@(\d+)$/.exec(scene.storage.taken()[0])?.[1]));
    }
    expect(times[1] - times[0]).toBe(10_000);
    expect(times[2] - times[1]).toBe(10_000);
    expect(target.connections).toBe(1);
  });

  test('takes a body in gzip', async () => {
    const target = await startTarget((_, response) => {
      response.setHeader('Content-Type', 'text/plain').setHeader('Content-Encoding', 'gzip').end(gzipSync('a 1\n'));
    });
    const scene = await setUpScrapes(scrapeConfig({ discovery: staticTargets([target.address]) }));
    await scene.round();
    expect(shown(scene.storage.taken(), target.address)[0]).toBe('a{instance="target", job="test"} 1');
  });

  test('that fails ends the series, and says why', async () => {
    let status = 200;
    const target = await startTarget((_, response) => {
      response.statusCode = status;
      sendText(response, 'a 1\n');
    });
    const scene = await setUpScrapes(scrapeConfig({ discovery: staticTargets([target.address]) }));
    await scene.round();
    scene.storage.taken();
    status = 503;
    await scene.round();
    expect(shown(scene.storage.taken(), target.address)).toEqual([
      'a{instance="target", job="test"} stale',
      'up{instance="target", job="test"} 0',
      'scrape_samples_scraped{instance="target", job="test"} 0',
      'scrape_samples_post_metric_relabeling{instance="target", job="test"} 0',
      'scrape_series_added{instance="target", job="test"} 0',
    ]);
    expect(scene.targets()).toMatchObject([
      { health: 'down', lastError: 'server returned HTTP status 503 Service Unavailable' },
    ]);
  });

  test('that cannot be stored is an error, and the next one stores everything', async () => {
    const target = await startTarget((_, response) => sendText(response, 'a 1\n'));
    const scene = await setUpScrapes(scrapeConfig({ discovery: staticTargets([target.address]) }));
    scene.storage.failNextCommit(new Error('no space left on device'));
    await scene.round();
    expect(scene.targets()).toMatchObject([
      { health: 'down', lastError: 'the samples could not be stored: no space left on device' },
    ]);
    expect(scene.log).toMatchObject([{ level: 'error', job: 'test' }]);
    await scene.round();
    expect(scene.targets()).toMatchObject([{ health: 'up', lastError: '' }]);
    expect(shown(scene.storage.taken(), target.address)[0]).toBe('a{instance="target", job="test"} 1');
  });

  test('stores more about itself where that is wanted', async () => {
    const target = await startTarget((_, response) => sendText(response, 'a 1\n'));
    const limits = { ...NO_LIMITS, samples: 10 };
    const discovery = staticTargets([target.address]);
    const scene = await setUpScrapes(scrapeConfig({ discovery, limits, extraScrapeMetrics: true }));
    await scene.round();
    expect(shown(scene.storage.taken(), target.address).slice(-3)).toEqual([
      'scrape_timeout_seconds{instance="target", job="test"} 10',
      'scrape_sample_limit{instance="target", job="test"} 10',
      'scrape_body_size_bytes{instance="target", job="test"} 4',
    ]);
  });
});

describe('labels', () => {
  const body = 'a{job="other",exported_job="more"} 1\n';

  test.each([
    [false, 'a{exported_exported_job="other", exported_job="more", instance="target", job="test"} 1'],
    [true, 'a{exported_job="more", instance="target", job="other"} 1'],
  ])('honor_labels: %s', async (honorLabels, expected) => {
    const target = await startTarget((_, response) => sendText(response, body));
    const scene = await setUpScrapes(scrapeConfig({ honorLabels, discovery: staticTargets([target.address]) }));
    await scene.round();
    expect(shown(scene.storage.taken(), target.address)[0]).toBe(expected);
  });

  test('metric_relabel_configs change and drop series, but not those about the scrape', async () => {
    const target = await startTarget((_, response) => sendText(response, 'a 1\nb 2\n'));
    const metricRelabelRules = [
      rule({ action: 'drop', sourceLabels: ['__name__'], regex: 'b|up' }),
      rule({ targetLabel: 'added', replacement: 'x' }),
    ];
    const scene = await setUpScrapes(scrapeConfig({ metricRelabelRules, discovery: staticTargets([target.address]) }));
    await scene.round();
    expect(shown(scene.storage.taken(), target.address).slice(0, 4)).toEqual([
      'a{added="x", instance="target", job="test"} 1',
      'up{instance="target", job="test"} 1',
      'scrape_samples_scraped{instance="target", job="test"} 2',
      'scrape_samples_post_metric_relabeling{instance="target", job="test"} 1',
    ]);
  });

  test('relabel_configs decide where and how a target is scraped', async () => {
    const target = await startTarget((_, response) => sendText(response, 'a 1\n'));
    const relabelRules = [
      rule({ sourceLabels: ['__address__'], targetLabel: '__param_target' }),
      rule({ targetLabel: '__address__', replacement: target.address }),
      rule({ targetLabel: '__metrics_path__', replacement: '/probe it' }),
      rule({ targetLabel: 'instance', replacement: 'probed' }),
    ];
    const params = { module: ['http 2xx'], target: ['replaced', 'second'] };
    const scene = await setUpScrapes(scrapeConfig({ relabelRules, params, discovery: staticTargets(['example.org']) }));
    await scene.round();
    expect(target.requests[0]?.url).toBe('/probe%20it?module=http+2xx&target=example.org&target=second');
    expect(scene.targets()[0]?.labels.toString()).toBe('{instance="probed", job="test"}');
  });
});

describe('targets', () => {
  test('that relabelling drops are kept to be shown, up to a limit', async () => {
    const relabelRules = [rule({ action: 'drop', sourceLabels: ['__address__'], regex: '.*:1' })];
    const discovery = staticTargets(['a:1', 'b:1', 'c:1']);
    const scene = await setUpScrapes(
      scrapeConfig({ relabelRules, discovery, limits: { ...NO_LIMITS, keepDroppedTargets: 2 } }),
    );
    expect(scene.manager.jobs()).toMatchObject([{ job: 'test', active: [], droppedCount: 3 }]);
    const addresses = scene.manager
      .jobs()[0]
      ?.dropped.map(({ discoveredLabels }) => discoveredLabels.get('__address__'));
    expect(addresses).toEqual(['a:1', 'b:1']);
  });

  test('that are found twice are scraped once', async () => {
    const scene = await setUpScrapes(scrapeConfig({ discovery: staticTargets(['a:1', 'a:1', 'b:1']) }));
    expect(scene.targets().map(({ scrapeUrl }) => scrapeUrl)).toEqual(['http://a:1/metrics', 'http://b:1/metrics']);
  });

  test('that cannot be made are said in the log', async () => {
    const relabelRules = [rule({ targetLabel: '__scrape_timeout__', replacement: '11s' })];
    const scene = await setUpScrapes(scrapeConfig({ relabelRules, discovery: staticTargets(['a:1']) }));
    expect(scene.log).toEqual([
      {
        level: 'error',
        message:
          'no target: target 0 of static_configs 0: scrape timeout cannot be greater than scrape interval (11s > 10s)',
        job: 'test',
      },
    ]);
  });

  test('beyond target_limit are none of them scraped', async () => {
    const target = await startTarget((_, response) => sendText(response, 'a 1\n'));
    const limits = { ...NO_LIMITS, targets: 1 };
    const scene = await setUpScrapes(scrapeConfig({ limits, discovery: staticTargets([target.address, 'b:1']) }));
    await scene.round();
    expect(scene.targets().map(({ lastError }) => lastError)).toEqual(
      Array(2).fill('target_limit exceeded (number of targets: 2, limit: 1)'),
    );
    expect(target.requests).toEqual([]);
  });
});

describe('a reload', () => {
  test('that changes nothing leaves everything as it is', async () => {
    const target = await startTarget((_, response) => sendText(response, 'a 1\n'));
    const config = scrapeConfig({ discovery: staticTargets([target.address]) });
    const scene = await setUpScrapes(config);
    await scene.round();
    const [before] = scene.targets();
    scene.manager.apply([structuredClone(config)]);
    expect(scene.targets()[0]).toBe(before);
    await scene.round();
    expect(scene.storage.taken().filter((sample) => sample.startsWith('scrape_series_added'))).toEqual([
      expect.stringContaining(' 1 @'),
      expect.stringContaining(' 0 @'),
    ]);
  });

  test('of the interval changes the pace of a target, which keeps its series', async () => {
    const target = await startTarget((_, response) => sendText(response, 'a 1\n'));
    const config = scrapeConfig({ discovery: staticTargets([target.address]) });
    const scene = await setUpScrapes(config);
    await scene.round();
    const lookups = scene.storage.lookups;
    scene.manager.apply([{ ...config, scrapeIntervalMs: 5_000, scrapeTimeoutMs: 5_000 }]);
    scene.storage.taken();
    scene.advance(5_000);
    await eventually(() => target.requests.length).toBe(2);
    await eventually(() => scene.targets()[0]?.lastScrapeMs).toBeGreaterThan(START_MS + 10_000);
    expect(scene.targets()).toMatchObject([{ scrapeIntervalMs: 5_000, scrapeTimeoutMs: 5_000 }]);
    expect(scene.storage.lookups).toBe(lookups);
  });

  test('of credentials takes effect at the next scrape, and leaves nothing behind at the stop', async () => {
    const target = await startTarget((_, response) => sendText(response, 'a 1\n'));
    const config = scrapeConfig({ discovery: staticTargets([target.address]) });
    const scene = await setUpScrapes(config);
    await scene.round();
    const basicAuth = { username: { text: 'u' }, password: { file: '/dev/null' } };
    scene.manager.apply([{ ...config, httpClient: { ...config.httpClient, basicAuth } }]);
    await scene.round();
    expect(target.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Basic dTo=']);
    scene.manager.apply([config]);
    await scene.manager.stop({ endSeries: false });
    expect(scene.waiting()).toEqual([]);
  });

  test('of metric_relabel_configs ends what is stored differently from then on', async () => {
    const target = await startTarget((_, response) => sendText(response, 'a 1\nb 1\n'));
    const config = scrapeConfig({ discovery: staticTargets([target.address]) });
    const scene = await setUpScrapes(config);
    await scene.round();
    scene.storage.taken();
    const metricRelabelRules = [rule({ action: 'drop', sourceLabels: ['__name__'], regex: 'b' })];
    scene.manager.apply([{ ...config, metricRelabelRules }]);
    await scene.round();
    expect(shown(scene.storage.taken(), target.address).slice(0, 2)).toEqual([
      'a{instance="target", job="test"} 1',
      'b{instance="target", job="test"} stale',
    ]);
  });

  test('that removes a target ends its series two intervals later, at the time of its next scrape', async () => {
    const target = await startTarget((_, response) => sendText(response, 'a 1\n'));
    const scene = await setUpScrapes(scrapeConfig({ discovery: staticTargets([target.address]) }));
    await scene.round();
    const [last] = scene.storage.taken();
    const lastMs = Number(/@(\d+)$/.exec(last)?.[1]);
    scene.manager.apply([scrapeConfig({ discovery: [] })]);
    scene.advance(0);
    expect(scene.targets()).toEqual([]);
    await new Promise(setImmediate);
    scene.advance(21_000);
    const ended: string[] = [];
    await eventually(() => ended.push(...scene.storage.taken())).toBe(6);
    expect(ended).toEqual([
      `a{instance="${target.address}", job="test"} stale @${lastMs + 10_000}`,
      ...[
        'up',
        'scrape_duration_seconds',
        'scrape_samples_scraped',
        'scrape_samples_post_metric_relabeling',
        'scrape_series_added',
      ].map((name) => `${name}{instance="${target.address}", job="test"} stale @${lastMs + 10_000}`),
    ]);
  });
});

describe('the end', () => {
  test('marks all series as ended if it is asked to', async () => {
    const target = await startTarget((_, response) => sendText(response, 'a 1\n'));
    const scene = await setUpScrapes(scrapeConfig({ discovery: staticTargets([target.address]) }));
    await scene.round();
    scene.storage.taken();
    scene.advance(1);
    await scene.manager.stop({ endSeries: true });
    expect(shown(scene.storage.taken(), target.address).slice(0, 2)).toEqual([
      'a{instance="target", job="test"} stale',
      'up{instance="target", job="test"} stale',
    ]);
  });

  test('gives up a request that is under way, and writes nothing about it', async () => {
    const target = await startTarget(() => {});
    const scene = await setUpScrapes(scrapeConfig({ discovery: staticTargets([target.address]) }));
    scene.advance(10_000);
    await eventually(() => target.requests.length).toBe(1);
    await scene.manager.stop({ endSeries: false });
    expect(scene.storage.taken()).toEqual([]);
  });
});
