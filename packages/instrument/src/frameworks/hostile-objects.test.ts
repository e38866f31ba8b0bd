import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { beginNodeExchange, nodeExchangeOf } from '../http/node-exchange.ts';
import { createInstrumentation } from '../instrumentation.ts';
import type { InstrumentOptions } from '../options.ts';

function create(options: InstrumentOptions = {}) {
  const lines: string[] = [];
  const registry = new Registry();
  const log = (line: string) => void lines.push(line);
  const instrumentation = createInstrumentation({ registry, runtimeMetrics: false, log, ...options });
  const totalOf = async (name: string) => {
    const { values } = await registry.getSingleMetric(name)!.get();
    return values.reduce((total, { value }) => total + value, 0);
  };
  return { ...instrumentation, lines, totalOf };
}

/** A request and its response as another program may make them up, with parts that are missing or of another kind. */
const FAKE = fc
  .record(
    {
      method: fc.anything(),
      url: fc.oneof(fc.string(), fc.anything()),
      originalUrl: fc.anything(),
      httpVersionMajor: fc.constantFrom(1, 2, undefined, 'x'),
      rawHeaders: fc.oneof(fc.array(fc.anything()), fc.anything()),
      headers: fc.anything(),
      socket: fc.oneof(fc.anything(), fc.record({ bytesWritten: fc.nat(), destroyed: fc.boolean() })),
    },
    { requiredKeys: [] },
  )
  .chain((req) =>
    fc
      .record(
        {
          statusCode: fc.anything(),
          headersSent: fc.boolean(),
          writableEnded: fc.boolean(),
          socket: fc.constantFrom(null, undefined, {}),
          _contentLength: fc.anything(),
          write: fc.constantFrom(undefined, () => true),
          end: fc.constantFrom(undefined, () => undefined),
        },
        { requiredKeys: [] },
      )
      .map((res) => ({ req, res: Object.assign(new EventEmitter(), res, { req }) })),
  );

/** Anything that code may throw, from an error to what has no text. */
const THROWN: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({ withNullPrototype: true }),
  fc.constant(new Error('thrown')),
  fc.constant(Object.create(null)),
  fc.constant({
    get status() {
      throw new Error('no status');
    },
  }),
  fc.constant(
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('no such thing');
        },
      },
    ),
  ),
  fc.constant({ toString: () => Symbol('x') }),
);

describe('nothing is thrown into the application', () => {
  it('by a request that is not what it should be', async () => {
    const { recorder, totalOf } = create();
    await fc.assert(
      fc.asyncProperty(FAKE, THROWN, async ({ req, res }, thrown) => {
        const response = res as unknown as ServerResponse;
        const exchange = beginNodeExchange(recorder, { req: req as unknown as IncomingMessage, res: response });
        recorder.fail(exchange, thrown);
        recorder.attach(nodeExchangeOf(response), () => {
          throw thrown;
        });
        res.emit('finish');
        res.emit('close');
        await new Promise((resolve) => setImmediate(resolve));
        expect(await totalOf('http_requests_in_flight')).toBe(0);
      }),
      { numRuns: 3000 },
    );
  });

  it('by functions of the developer that throw anything', async () => {
    await fc.assert(
      fc.asyncProperty(THROWN, fc.nat(3), async (thrown, which) => {
        const fails = () => {
          throw thrown;
        };
        const { recorder, lines, totalOf } = create({
          ...(which === 0 && { groupBy: { label: 'area', value: fails } }),
          ...(which === 1 && { exemplar: fails }),
          ...(which === 2 && { defaultLabels: { label: fails } }),
        });
        const res = Object.assign(new EventEmitter(), {
          statusCode: 200,
          headersSent: true,
          req: { httpVersionMajor: 1 },
        });
        const req = { method: 'GET', url: '/', httpVersionMajor: 1, rawHeaders: [], headers: {} };
        const exchange = beginNodeExchange(recorder, {
          req: req as unknown as IncomingMessage,
          res: res as unknown as ServerResponse,
          ...(which === 3 && { routeOf: fails }),
        });
        expect(exchange).toBeDefined();
        res.emit('close');
        expect(lines).toHaveLength(1);
        expect(await totalOf('http_requests_in_flight')).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('and a gauge of a route is given back when a request cannot be finished', async () => {
    const { recorder, lines } = create();
    let held = 0;
    const req = { method: 'GET', url: '/', httpVersionMajor: 1 };
    const res = Object.assign(new EventEmitter(), { req });
    const exchange = beginNodeExchange(recorder, {
      req: req as unknown as IncomingMessage,
      res: res as unknown as ServerResponse,
    });
    recorder.attach(exchange, () => {
      held++;
      const giveBack = () => void held--;
      return { finish: giveBack, revert: giveBack };
    });
    expect(held).toBe(1);
    res.emit('close');
    expect(held).toBe(0);
    expect(lines).toEqual([expect.stringMatching(/^a request was not counted, observing it failed: TypeError: /)]);
  });
});
