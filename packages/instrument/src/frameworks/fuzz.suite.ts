import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, it, onTestFailed, onTestFinished } from 'vitest';
import { METHODS } from '../http/method.ts';
import { type Framework, MEASURED } from '../testing/apps/framework.ts';
import { conversations, hold } from '../testing/fuzz/conversation.ts';
import { type LaunchedApp, launch } from '../testing/launch.ts';
import { parseSamples, rowsOf } from '../testing/text-format-parser.ts';
import { until } from '../testing/until.ts';
import { words } from '../testing/words.ts';

const REQUESTS_EACH = 12;
const CONNECTIONS_AT_ONCE = 8;
const CASES_PER_RUN = REQUESTS_EACH * CONNECTIONS_AT_ONCE;

/** Every endpoint of the application; whatever a client sends, there are no others. */
const ENDPOINTS = words(`
  /hello /echo /stream /endless /slow /empty /throw /reject /forbidden /measured/:color unmatched
  /teams/:team/players/:player /teams/:team/throw
  /leagues/:league/teams/:team/players/:player /leagues/:league/teams/:team/throw`);

/** Express takes the wrong piece off a path that has to be escaped and has a `#`, and goes on from there. */
const ENDPOINTS_OF_EXPRESS = words('*/players/:player */throw');

/** Sends wild requests over real connections that end in wild ways; afterwards every number still has to be right. */
export function describeFuzz(framework: Framework, cases: number): void {
  const numRuns = Math.ceil(cases / CASES_PER_RUN);
  it(`${framework.name} withstands ${numRuns * CASES_PER_RUN} wild requests`, { timeout: 120_000 }, async () => {
    const seed = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 31));
    onTestFailed(() => console.error(`${framework.name} failed with FUZZ_SEED=${seed}`));
    const faults = watchForFaults();
    const lines: string[] = [];
    const app = await launch(framework, { instrument: { log: (line) => lines.push(line) } });
    const length = { minLength: CONNECTIONS_AT_ONCE, maxLength: CONNECTIONS_AT_ONCE };
    const isCountedOnce = fc.asyncProperty(fc.array(conversations(REQUESTS_EACH), length), async (all) => {
      await Promise.all(all.map((conversation) => hold(app.port, conversation)));
      await until('none in flight', async () => (await totalOf(app, 'http_requests_in_flight')) === 0);
      expect(await totalOf(app, 'http_requests_total')).toBe(app.handedOn());
      expect(faults).toEqual([]);
    });
    await fc.assert(isCountedOnce, { numRuns, seed, endOnFailure: true });

    expect(app.handedOn()).toBeGreaterThan((numRuns * CASES_PER_RUN) / 3);
    expect((await app.send('GET /hello')).text).toBe('hello');
    await expectSoundMetrics(app);
    // Only the labels that carry what clients send may have come to their cap.
    expect(lines.filter((line) => !/^paint\w+ has reached its cap/.test(line))).toEqual([]);
    expect(faults).toEqual([]);
  });
}

/** What would have ended the process, had it not been a test. */
function watchForFaults(): unknown[] {
  const faults: unknown[] = [];
  const record = (fault: unknown) => void faults.push(fault);
  process.on('uncaughtExceptionMonitor', record);
  process.on('unhandledRejection', record);
  onTestFinished(() => {
    process.off('uncaughtExceptionMonitor', record);
    process.off('unhandledRejection', record);
  });
  return faults;
}

async function totalOf({ metrics }: LaunchedApp, name: string): Promise<number> {
  const { values } = await metrics.registry.getSingleMetric(name)!.get();
  return values.reduce((total, { value }) => total + value, 0);
}

async function expectSoundMetrics(app: LaunchedApp): Promise<void> {
  const text = await app.text();
  const samples = parseSamples(text);
  const requests = rowsOf(samples, 'http_requests_total', ['method', 'endpoint', 'status']);
  for (const row of Object.keys(requests)) {
    const [method, endpoint, status] = row.split(' ');
    expect(METHODS).toContain(method);
    expect([...ENDPOINTS, ...ENDPOINTS_OF_EXPRESS]).toContain(endpoint);
    expect(status).toMatch(/^[2-5]\d\d$/);
  }
  const byRoute: Record<string, number> = {};
  for (const [row, count] of Object.entries(requests)) {
    const route = row.replace(/ \d+$/, '');
    byRoute[route] = (byRoute[route] ?? 0) + count;
  }
  for (const metric of ['http_request_duration_seconds', 'http_request_size_bytes', 'http_response_size_bytes']) {
    expect(rowsOf(samples, `${metric}_count`, ['method', 'endpoint'])).toEqual(byRoute);
  }
  const painted = (byRoute['GET /measured/:color'] ?? 0) + (byRoute['HEAD /measured/:color'] ?? 0);
  expect(await totalOf(app, MEASURED.counter)).toBe(painted);
  expect(rowsOf(samples, `${MEASURED.histogram}_count`, [])).toEqual({ '': painted });
  expect(await totalOf(app, MEASURED.gauge)).toBe(0);
}
