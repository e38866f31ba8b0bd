import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ScrapedTarget {
  /** `127.0.0.1:<port>`. */
  readonly address: string;
  /** Resolves once this many scrapes have been answered. */
  scraped(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A target with counters, odd values, exemplars, and series that come and go; 1,200 series in all. */
export async function startTarget(): Promise<ScrapedTarget> {
  let scrapes = 0;
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0; charset=utf-8');
    response.end(exposition(++scrapes), () => {
      for (const { count, resolve } of waiting) if (count <= scrapes) resolve();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    scraped: (count) => new Promise((resolve) => waiting.push({ count, resolve })),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function exposition(n: number): string {
  const lines = ['# TYPE requests counter', '# HELP requests Requests.'];
  for (let i = 0; i < 1000; i++) lines.push(`requests_total{path="/${i}/ü😀"} ${n * i}`);
  lines.push(`requests_total{path="/exemplar"} ${n} # {trace_id="t${n}"} ${n}.5 ${Date.now() / 1000}`);
  lines.push('# TYPE odd gauge');
  for (const value of ['NaN', '+Inf', '-Inf', '-0', '5e-324', '1.7976931348623157e308']) {
    lines.push(`odd{value="${value}"} ${value}`);
  }
  for (let i = 0; i < 200; i++) if ((n + i) % 4 < 2) lines.push(`odd{value="guest ${i}"} ${Math.sin(n * i)}`);
  return `${lines.join('\n')}\n# EOF\n`;
}
