import { createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ScrapeConfig } from '../config/types.ts';
import { eventually } from '../testing/eventually.ts';
import { NO_LIMITS, scrapeConfig, staticTargets } from './testing/scrape-config.ts';
import { type ScrapeScene, setUpScrapes } from './testing/scrape-scene.ts';
import { sendText, startTarget } from './testing/target-server.ts';

/** A target that speaks no HTTP but what the test says, and goes when the test ends. */
async function startSocket(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address() as { readonly port: number };
  return `127.0.0.1:${address.port}`;
}

/** Scrapes a hostile target and a good one in one process until both have an answer. */
async function scrapeBeside(address: string, config: Partial<ScrapeConfig> = {}): Promise<ScrapeScene> {
  const good = await startTarget((_, response) => sendText(response, 'good 1\n'));
  const scene = await setUpScrapes(
    scrapeConfig({ jobName: 'hostile', discovery: staticTargets([address]), ...config }),
    scrapeConfig({ jobName: 'good', discovery: staticTargets([good.address]) }),
  );
  await scene.round();
  const [, beside] = scene.targets();
  expect(beside).toMatchObject({ scrapePool: 'good', health: 'up', lastError: '' });
  expect(scene.storage.taken().filter((sample) => sample.startsWith('good{'))).toHaveLength(1);
  return scene;
}

describe('a target that', () => {
  const body = (text: string) => startTarget((_, response) => sendText(response, text)).then(({ address }) => address);

  test.each<[name: string, start: () => Promise<string>, error: RegExp]>([
    ['is not there', async () => '127.0.0.1:1', /^connection refused \(127\.0\.0\.1:1\)$/],
    [
      'resets the connection',
      () => startSocket((socket) => socket.once('data', () => socket.resetAndDestroy())),
      /^the connection was lost: reset by the other side$/,
    ],
    [
      'closes the connection without an answer',
      () => startSocket((socket) => socket.end()),
      /^the connection was lost: /,
    ],
    [
      'answers what is not HTTP',
      () => startSocket((socket) => void socket.write('SSH-2.0-OpenSSH_9.2\r\n')),
      /^what came back is not HTTP: /,
    ],
    [
      'promises more than it sends',
      () => startSocket((socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\na 1\n')),
      /^the connection was lost: /,
    ],
    [
      'sends endless headers',
      () =>
        startSocket((socket) => {
          socket.write('HTTP/1.1 200 OK\r\n');
          for (let i = 0; i < 2000; i++) socket.write(`X-Header-${i}: ${'x'.repeat(100)}\r\n`);
        }),
      /^the headers of the answer are too large$/,
    ],
    ['has a broken line', () => body('a 1\nb{x="1" 2\n'), /^line 2, column \d+: expected /],
    [
      'has invalid UTF-8',
      () =>
        startTarget(
          (_, response) =>
            void response.setHeader('Content-Type', 'text/plain').end(Buffer.from('a{x="\xff"} 1\n', 'latin1')),
        ).then(({ address }) => address),
      /^line 1, column 5: invalid UTF-8 in label value /,
    ],
    [
      'answers with a page',
      () =>
        startTarget((_, response) => void response.setHeader('Content-Type', 'text/html').end('<html></html>')).then(
          ({ address }) => address,
        ),
      /^unsupported Content-Type "text\/html" and no fallback scrape protocol is set$/,
    ],
    [
      'is missing the page',
      () => startTarget((_, response) => void response.writeHead(404).end('no')).then(({ address }) => address),
      /^server returned HTTP status 404 Not Found$/,
    ],
    [
      'says gzip but is not',
      () =>
        startTarget((_, response) => {
          response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' }).end('a 1\n');
        }).then(({ address }) => address),
      /^the body is not gzip as it says: incorrect header check$/,
    ],
    [
      'stops within the gzip',
      () =>
        startTarget((_, response) => {
          const whole = gzipSync('a 1\n'.repeat(1000));
          response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' });
          response.end(whole.subarray(0, whole.length - 9));
        }).then(({ address }) => address),
      /^the body is not gzip as it says: unexpected end of file$/,
    ],
    [
      'compresses in a way that nobody asked for',
      () =>
        startTarget((_, response) => {
          response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Encoding': 'br' }).end('a 1\n');
        }).then(({ address }) => address),
      /^unsupported Content-Encoding "br"$/,
    ],
    [
      'redirects to itself for ever',
      () =>
        startTarget((_, response) => void response.writeHead(302, { Location: '/metrics' }).end()).then(
          ({ address }) => address,
        ),
      /^stopped after 10 redirects$/,
    ],
    [
      'redirects to a file',
      () =>
        startTarget((_, response) => void response.writeHead(302, { Location: 'file:///etc/passwd' }).end()).then(
          ({ address }) => address,
        ),
      /^the answer redirects to file:, which is not HTTP$/,
    ],
  ])('%s fails alone, and says why', async (_, start, error) => {
    const scene = await scrapeBeside(await start());
    expect(scene.targets()[0]).toMatchObject({ health: 'down', lastError: expect.stringMatching(error) });
  });

  test('speaks no TLS where that is expected fails', async () => {
    const { address } = await startTarget((_, response) => sendText(response, 'a 1\n'));
    const scene = await scrapeBeside(address, { scheme: 'https' });
    expect(scene.targets()[0]?.lastError).toMatch(/^TLS failed: /);
  });

  test('never ends its body is cut off at body_size_limit', async () => {
    let sent = 0;
    const { address } = await startTarget((_, response) => {
      response.setHeader('Content-Type', 'text/plain');
      const line = Buffer.from('a 1\n'.repeat(4096));
      const write = () => {
        while (!response.destroyed && response.write(line)) sent += line.length;
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    });
    const scene = await scrapeBeside(address, {
      limits: { ...NO_LIMITS, bodySizeBytes: 1_000_000 },
      extraScrapeMetrics: true,
    });
    expect(scene.targets()[0]?.lastError).toBe('the body is larger than 1000000 bytes');
    expect(scene.counts.get('body_size_limit_exceeded')).toBe(1);
    expect(sent).toBeLessThan(20_000_000);
  });

  test('sends a compressed bomb is cut off where it would be too large', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 'a 1\n'));
    const { address } = await startTarget((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' }).end(bomb);
    });
    const scene = await scrapeBeside(address, { limits: { ...NO_LIMITS, bodySizeBytes: 1_000_000 } });
    expect(scene.targets()[0]?.lastError).toBe('the body is larger than 1000000 bytes');
  });

  test('drips is given up when its time is over', async () => {
    let timer: NodeJS.Timeout | undefined;
    let drips = 0;
    const { address } = await startTarget((_, response) => {
      response.setHeader('Content-Type', 'text/plain');
      timer = setInterval(() => response.write('#\n', () => drips++), 5);
    });
    onTestFinished(() => clearInterval(timer));
    const scene = await setUpScrapes(scrapeConfig({ discovery: staticTargets([address]) }));
    scene.advance(10_000);
    await eventually(() => drips).toBeGreaterThan(5);
    scene.advance(10_000);
    await eventually(() => scene.targets()[0]?.lastError).toMatch(/^timed out after 10s after \d+ bytes of the body$/);
  });

  test('never answers is given up when its time is over', async () => {
    const { address, requests } = await startTarget(() => {});
    const scene = await setUpScrapes(scrapeConfig({ discovery: staticTargets([address]) }));
    scene.advance(10_000);
    await eventually(() => requests.length).toBe(1);
    scene.advance(10_000);
    await eventually(() => scene.targets()[0]?.lastError).toBe('timed out after 10s while waiting for an answer');
  });

  test('has too many samples is told which metric and which label are at fault', async () => {
    const lines = Array.from({ length: 50 }, (_, i) => `requests{path="/${i}",method="GET"} 1\n`);
    const { address } = await startTarget((_, response) => sendText(response, `a 1\nb 1\n${lines.join('')}`));
    const scene = await scrapeBeside(address, { limits: { ...NO_LIMITS, samples: 10 } });
    expect(scene.targets()[0]?.lastError).toBe(
      'sample_limit exceeded (samples: 52, limit: 10); most of them: requests with 50, whose label path has 50 values',
    );
    expect(scene.counts.get('sample_limit_exceeded')).toBe(1);
  });

  test('redirects elsewhere is followed, but without the credentials', async () => {
    const elsewhere = await startTarget((_, response) => sendText(response, 'a 1\n'));
    const { address, requests } = await startTarget((_, response) => {
      response.writeHead(302, { Location: `http://${elsewhere.address}/other` }).end();
    });
    const httpClient = {
      ...scrapeConfig().httpClient,
      basicAuth: { username: { text: 'u' }, password: { file: '/dev/null' } },
    };
    const scene = await scrapeBeside(address, { httpClient });
    expect(scene.targets()[0]).toMatchObject({ health: 'up' });
    expect(requests[0]?.headers.authorization).toBe('Basic dTo=');
    expect(elsewhere.requests[0]?.url).toBe('/other');
    expect(elsewhere.requests[0]?.headers.authorization).toBeUndefined();
  });
});

describe('what is odd about a target that can be scraped', () => {
  test('an answer with nothing in it', async () => {
    for (const text of ['', '# only a comment\n']) {
      const { address } = await startTarget((_, response) => sendText(response, text));
      const scene = await scrapeBeside(address);
      expect(scene.targets()[0]).toMatchObject({
        health: 'up',
        warnings: ['The target answers with success, but without a single sample.'],
      });
    }
  });

  test('a format that is assumed', async () => {
    const { address } = await startTarget((_, response) => void response.setHeader('Content-Type', 'x/y').end('a 1\n'));
    const scene = await scrapeBeside(address, { fallbackScrapeProtocol: 'PrometheusText0.0.4' });
    expect(scene.targets()[0]).toMatchObject({
      health: 'up',
      warnings: ['unsupported Content-Type "x/y", using the fallback scrape protocol'],
    });
  });

  test('several processes that start at different times', async () => {
    let count = 0;
    const { address } = await startTarget((_, response) => {
      sendText(response, `process_start_time_seconds ${[100, 200, 300][count++ % 3]}\n`);
    });
    const scene = await scrapeBeside(address);
    for (let i = 0; i < 3; i++) await scene.round();
    expect(scene.targets()[0]?.warnings).toEqual([]);
    await scene.round();
    expect(scene.targets()[0]?.warnings).toEqual([
      'Several processes seem to answer behind this address in turn, each with counters of its own: process_start_time_seconds goes back and forth (now 200).',
    ]);
  });

  test('several processes that count for themselves', async () => {
    let count = 0;
    const { address } = await startTarget((_, response) => {
      count++;
      sendText(
        response,
        `# TYPE requests_total counter\nrequests_total ${count % 2 === 0 ? 5 + count : 1000 + count}\n`,
      );
    });
    const scene = await scrapeBeside(address);
    for (let i = 0; i < 7; i++) await scene.round();
    expect(scene.targets()[0]?.warnings).toEqual([
      expect.stringMatching(/^Several processes seem .*: requests_total falls and comes back \(now \d+\)\.$/),
    ]);
  });

  test('a process that is restarted again and again is not several', async () => {
    let count = 0;
    const { address } = await startTarget((_, response) => {
      count++;
      sendText(
        response,
        `# TYPE requests_total counter\nrequests_total ${count % 3}\nprocess_start_time_seconds ${Math.floor(count / 3)}\n`,
      );
    });
    const scene = await scrapeBeside(address);
    for (let i = 0; i < 12; i++) await scene.round();
    expect(scene.targets()[0]?.warnings).toEqual([]);
  });
});
