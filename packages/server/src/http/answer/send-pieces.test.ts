import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { createLabels } from '@hearth/model';
import type { Engine, Value } from '@hearth/promql';
import { expect, test } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { createTestApi, NOW_MS } from '../testing/test-api.ts';

const STATS = { samplesRead: 0, peakSamples: 0, queuedMs: 0, preparationMs: 0, evaluationMs: 0 };

/** Two hundred series of a thousand points: some five megabytes. */
const timestamps = Float64Array.from({ length: 1000 }, (_, i) => NOW_MS + i * 1000);
const LARGE: Value = {
  kind: 'matrix',
  series: Array.from({ length: 200 }, (_, i) => ({
    labels: createLabels({ __name__: 'up', i: String(i) }),
    timestamps,
    values: Float64Array.from(timestamps, (_, j) => (i + 1) / (j + 1)),
  })),
};

function engineFor(value: Value): Engine {
  const answer = async () => ({ value, annotations: [], stats: STATS });
  return { instant: answer, range: answer, explain: () => '' };
}

test('a large answer comes in pieces and is whole, compressed or not', async () => {
  let rests = 0;
  const pace = () => {
    rests++;
    return undefined;
  };
  const { app } = await createTestApi([], { engine: engineFor(LARGE), pace });
  const plain = await app.inject('/api/v1/query?query=up');
  expect(plain.headers['content-length']).toBeUndefined();
  expect(rests).toBeGreaterThan(50);
  const { data } = plain.json() as { readonly data: { readonly result: readonly { values: unknown[] }[] } };
  expect(data.result.length).toBe(200);
  expect(data.result.every(({ values }) => values.length === 1000)).toBe(true);
  expect(data.result[199].values[999]).toEqual([(NOW_MS + 999_000) / 1000, '0.2']);

  const compressed = await app.inject({ url: '/api/v1/query?query=up', headers: { 'accept-encoding': 'br, gzip' } });
  expect(compressed.headers['content-encoding']).toBe('gzip');
  expect(compressed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
  expect(gunzipSync(compressed.rawPayload).equals(plain.rawPayload)).toBe(true);
});

test('a short answer is sent as it is', async () => {
  const { app } = await createTestApi();
  const answer = await app.inject({ url: '/api/v1/query?query=1', headers: { 'accept-encoding': 'gzip' } });
  expect(answer.headers['content-encoding']).toBeUndefined();
  expect(answer.headers['content-length']).toBe(String(answer.rawPayload.length));
});

test('nothing more is written than the client takes, and nothing at all when it has gone', async () => {
  let rests = 0;
  const pace = () => {
    rests++;
    return undefined;
  };
  const huge: Value = {
    ...LARGE,
    kind: 'matrix',
    series: Array.from({ length: 4000 }, (_, i) => LARGE.series[i % 200]),
  };
  const { app, errors } = await createTestApi([], { engine: engineFor(huge), pace });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const client = request({ host: '127.0.0.1', port, path: '/api/v1/query?query=up' }).end();
  const gone = new Promise<void>((resolve) => {
    client.once('response', (response) => {
      response.once('data', () => {
        response.pause();
        response.once('close', () => resolve());
        // The sockets' buffers take some megabytes of a hundred.
        setImmediate(() => client.destroy());
      });
      response.on('error', () => {});
    });
    client.on('error', () => {});
  });
  await gone;
  expect(rests).toBeLessThan(1000);
  expect(errors).toEqual([]);
});

test('a query is canceled when its client goes', async () => {
  let signal: AbortSignal | undefined;
  const instant: Engine['instant'] = (_, query) => {
    signal = query.signal;
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal?.reason));
    });
  };
  const { app, errors } = await createTestApi([], { engine: { instant, range: instant as never, explain: () => '' } });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const client = request({ host: '127.0.0.1', port, path: '/api/v1/query?query=up' }).end();
  client.on('error', () => {});
  await eventually(() => signal?.aborted).toBe(false);
  client.destroy();
  await eventually(() => signal?.aborted).toBe(true);
  expect(errors).toEqual([]);
});
