import type { InstrumentOptions } from '@hearth/instrument';
import type { Exposition, MetricFamily } from '@hearth/model';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FormatName, readMetrics, scrape } from '../support/exposition.ts';
import { flaskIsMissing, flaskSuite, startFlask } from '../support/flask.ts';
import { LIBRARY_VERSION } from '../support/library-version.ts';
import { FRAMEWORKS, type NodeApp } from '../support/node-app.ts';
import { send, type WebApp } from '../support/web-app.ts';

/** What is sent to both. Where the frameworks themselves answer differently (405, OPTIONS) there is nothing to compare. */
const REQUESTS = [
  'GET /',
  'GET /',
  'GET /?from=a&link=1',
  'HEAD /',
  'GET /status/204',
  'GET /status/301',
  'GET /status/418',
  'GET /status/503',
  'POST /status/201',
  'POST /status/201',
  'PUT /status/409',
  'DELETE /status/204',
  'GET /raise',
  'GET /raise',
  'GET /nowhere',
  'POST /nowhere/at/all',
  'PURGE /nowhere',
  'DELETE /caf%C3%A9',
];

type Side = 'flask' | 'node';
type Grouping = 'path' | 'route';

interface Difference {
  readonly reason: string;
  readonly side: Side;
  /** Which lines of that side differ. */
  readonly lines: RegExp;
  /** What such a line would be on the other side. Default: nothing, the other side has no such line. */
  readonly counterpart?: (line: string) => string;
  /** The grouping under which it is so. Default: any. */
  readonly groupBy?: Grouping;
}

/** Where we differ from the original on purpose. Everything else has to be the same. */
const DIFFERENCES: readonly Difference[] = [
  {
    reason: 'prom-client keeps no times of creation, and Prometheus makes nothing of them',
    side: 'flask',
    lines: /^\w+_created\b/,
  },
  { reason: 'tells about the runtime, which is another one', side: 'flask', lines: /^python_/ },
  { reason: 'tells about the runtime, which is another one', side: 'node', lines: /^nodejs_/ },
  {
    reason: 'prom-client tells more about the process',
    side: 'node',
    lines: /^process_(?:cpu_user_seconds|cpu_system_seconds|heap_bytes)/,
  },
  {
    reason: 'not in the original, under the names that its users look for',
    side: 'node',
    lines: /^(?:flask_http_request_in_progress|flask_http_(?:request|response)_size_bytes|flask_app_info)/,
  },
  { reason: 'not in the original; shows restarts', side: 'node', lines: /^app_uptime_seconds/ },
  {
    reason: 'the first exception has to be an increase, so its series begins at 0',
    side: 'node',
    lines: /^flask_http_request_exceptions_total\{.*\} 0$/,
  },
  {
    reason: 'each exporter gives its own version',
    side: 'flask',
    lines: /^flask_exporter_info\{version="0\.23\.2"\} 1$/,
    counterpart: (line) => line.replace('0.23.2', LIBRARY_VERSION),
  },
  {
    reason: 'the version of Node.js belongs to what an application is',
    side: 'node',
    lines: /^app_info\{/,
    counterpart: (line) => line.replace(/node_version="[^"]*", /, ''),
  },
  {
    reason: 'what clients can invent must not become a label',
    side: 'flask',
    lines: /method="PURGE"/,
    counterpart: (line) => line.replace('"PURGE"', '"OTHER"'),
  },
  {
    reason: 'a path is what the client sent, not what it means',
    side: 'flask',
    groupBy: 'path',
    lines: /path="\/café"/,
    counterpart: (line) => line.replace('/café', '/caf%C3%A9'),
  },
  {
    reason: 'grouped by route, as we do by default, the path is the template',
    side: 'flask',
    groupBy: 'route',
    lines: /path="\/status\/\d+"/,
    counterpart: (line) => line.replace(/path="[^"]*"/, 'path="/status/:status"'),
  },
  {
    reason: 'grouped by route, paths that no route has are one',
    side: 'flask',
    groupBy: 'route',
    lines: /path="\/(?:nowhere|café)[^"]*"/,
    counterpart: (line) => line.replace(/path="[^"]*"/, 'path="unmatched"'),
  },
];

/** Lines with the differences taken away, and which of these there were. */
function reconcile(lines: readonly string[], side: Side, groupBy: Grouping): [lines: string[], met: Set<Difference>] {
  const met = new Set<Difference>();
  const kept = lines.flatMap((line) => {
    for (const difference of DIFFERENCES) {
      if (difference.side !== side || (difference.groupBy ?? groupBy) !== groupBy) continue;
      if (!difference.lines.test(line)) continue;
      met.add(difference);
      if (difference.counterpart === undefined) return [];
      line = difference.counterpart(line);
    }
    return [line];
  });
  return [kept.toSorted(), met];
}

/** One line for each family, `name type help`, and one for each sample. What was measured, and so differs, is left out. */
function linesOf({ families }: Exposition): string[] {
  return families.flatMap((family) => [
    [family.name, family.type, ...(family.name.startsWith('flask_http_') ? [family.help] : [])].join(' '),
    ...family.samples.map((sample) => `${sample.labels.toMetricString()} ${shownValue(family, sample)}`),
  ]);
}

function shownValue({ name }: MetricFamily, { labels, value }: MetricFamily['samples'][number]): string {
  const isMeasured =
    name.startsWith('process_') ||
    labels.get('__name__').endsWith('_seconds_sum') ||
    (labels.get('le') || '+Inf') !== '+Inf';
  return isMeasured ? 'as measured' : String(value);
}

async function sendAll(app: WebApp): Promise<number[]> {
  const statuses: number[] = [];
  for (const request of REQUESTS) statuses.push((await send(app, request)).status);
  return statuses;
}

/** Resolves when the application has counted as many requests as it was sent. */
async function untilAllCounted(app: WebApp): Promise<void> {
  await vi.waitFor(
    async () => {
      const { families } = await scrape(`${app.url}/metrics`, 'text');
      const counted = families.find(({ name }) => name === 'flask_http_request_total')!;
      expect(counted.samples.reduce((sum, { value }) => sum + value, 0)).toBe(REQUESTS.length);
    },
    { timeout: 10_000, interval: 10 },
  );
}

describe.skipIf(flaskIsMissing)(flaskSuite('beside the Flask original'), () => {
  let flask: WebApp;
  let statuses: readonly number[];

  beforeAll(async () => {
    flask = await startFlask();
    statuses = await sendAll(flask);
    await untilAllCounted(flask);
  });
  afterAll(() => flask?.close());

  it('the original answers as the routes say', () => {
    expect(statuses).toEqual([
      200, 200, 200, 200, 204, 301, 418, 503, 201, 201, 409, 204, 500, 500, 404, 404, 404, 404,
    ]);
  });

  const metDifferences = new Set<Difference>();

  describe.each(FRAMEWORKS.map((framework) => [framework.name, framework] as const))('%s', (_name, framework) => {
    describe.each<Grouping>(['path', 'route'])('grouped by %s', (groupBy) => {
      let app: NodeApp;

      beforeAll(async () => {
        const options: InstrumentOptions = { names: 'flask', version: '1.0.0', groupBy };
        app = await framework.start(options);
        expect(await sendAll(app)).toEqual(statuses);
        await untilAllCounted(app);
      });
      afterAll(() => app?.close());

      it.each<FormatName>(['text', 'openMetrics'])('exposes the same in the format %s', async (format) => {
        const [theirs, metThere] = reconcile(linesOf(await scrape(`${flask.url}/metrics`, format)), 'flask', groupBy);
        const [ours, metHere] = reconcile(linesOf(await scrape(`${app.url}/metrics`, format)), 'node', groupBy);
        for (const difference of [...metThere, ...metHere]) metDifferences.add(difference);
        expect(ours).toEqual(theirs);
      });

      it('exposes the same to those who ask for one metric', async () => {
        const query = '?name[]=flask_http_request_total&name[]=flask_exporter_info&name[]=nothing';
        const [theirs] = reconcile(linesOf(await scrape(`${flask.url}/metrics${query}`, 'text')), 'flask', groupBy);
        const [ours] = reconcile(linesOf(await scrape(`${app.url}/metrics${query}`, 'text')), 'node', groupBy);
        expect(ours).toEqual(theirs);
        expect(ours.filter((line) => line.includes(' counter ') || line.includes(' gauge'))).toHaveLength(2);
      });

      it.each<FormatName>(['text', 'openMetrics'])('writes the bounds of buckets the same in %s', async (format) => {
        const theirs = await readMetrics(`${flask.url}/metrics`, format);
        const ours = await readMetrics(`${app.url}/metrics`, format);
        expect(boundsIn(ours.body)).toEqual(boundsIn(theirs.body));
        // How names beyond ASCII are escaped is a matter of later formats, which neither of the two speaks.
        expect(ours.contentType).toBe(theirs.contentType.replace('; escaping=underscores', ''));
      });
    });
  });

  it('every difference that is listed is one', () => {
    expect(DIFFERENCES.filter((difference) => !metDifferences.has(difference))).toEqual([]);
  });
});

/** As they stand in the text: parsers make `1` and `1.0` the same, and Prometheus 2 does not. */
function boundsIn(body: string): readonly string[] {
  const bounds = body.matchAll(/^flask_http_request_duration_seconds_bucket\{.*\ble="([^"]*)"/gm);
  return [...new Set([...bounds].map(([, bound]) => bound!))];
}
