import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PAGES, Page } from './page.ts';

/** What is scraped, in a process of its own: pages at `/metrics/0` and so on, with other values at each request. */
const pages = Array.from({ length: PAGES }, (_, seed) => new Page(seed));

const server = createServer((request, response) => {
  const page = pages[Number(/^\/metrics\/(\d+)$/.exec(request.url ?? '')?.[1])];
  if (page === undefined) {
    response.writeHead(404).end();
    return;
  }
  page.advance();
  const body = page.render();
  const headers = { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8', 'Content-Length': body.length };
  response.writeHead(200, headers).end(body);
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
