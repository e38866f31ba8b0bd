import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** When each path was asked for, in Unix milliseconds, since the last time somebody asked for this. */
export type Arrivals = Readonly<Record<string, readonly number[]>>;

const SERIES = 300;

/** What a small application shows at any path, in a process of its own that writes down who comes when. */
let arrivals: Record<string, number[]> = {};
let requests = 0;

const server = createServer((request, response) => {
  arrivals[request.url!] ??= [];
  arrivals[request.url!]!.push(performance.timeOrigin + performance.now());
  requests++;
  const lines = Array.from({ length: SERIES }, (_, i) => `requests_total{endpoint="/${i}"} ${requests * (i + 1)}\n`);
  response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
  response.end(`# TYPE requests_total counter\n${lines.join('')}`);
});
process.on('message', () => {
  process.send!(arrivals);
  arrivals = {};
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
