import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { WebApp } from '../support/web-app.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** What is easy to get wrong about labels, values, timestamps and lines; a timestamp of its own is some seconds old. */
const tricky = () => `# HELP plain Some\\nhelp with \\\\ in it.
# TYPE plain gauge
plain 1
plain{} 2
spaced { a = "1" , b="2", }   3.5
escaped{path="C:\\\\dir",quote="\\"x\\"",line="a\\nb"} 4
unicode{name="Zürich ☃"} 5
empty_label{a="",b="x"} 6
job_clash{job="own",instance="own",exported_job="taken"} 7
dropped_by_relabelling 8
renamed{old="x"} 9
own_time 10 ${Date.now() - 5_000}
not_a_number NaN
infinite{sign="+"} +Inf
infinite{sign="-"} -Inf
small 4.9406564584124654e-324
large 1.7976931348623157e+308
negative_zero -0
# TYPE h histogram
h_bucket{le="0.5"} 1
h_bucket{le="1"} 2
h_bucket{le="+Inf"} 3
h_sum 2.5
h_count 3
# TYPE s summary
s{quantile="0.5"} 1
s{quantile="1"} 2
s_sum 3
s_count 2
# a comment
untyped_without_family 11
twice 12
twice 13
`;

const openMetrics = () => `# TYPE requests counter
# HELP requests All of them.
requests_total{code="200"} 17 # {trace_id="abc"} 1.5
requests_created{code="200"} 1.6e9
# TYPE h histogram
h_bucket{le="1.0"} 1
h_bucket{le="+Inf"} 2 # {trace_id="def"} 3 ${Date.now() / 1000}
h_count 2
h_sum 4
# TYPE took_seconds gauge
# UNIT took_seconds seconds
took_seconds 1.5
# TYPE build info
build_info{version="1"} 1
# EOF
`;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const PAGES: Readonly<Record<string, Answer>> = {
  '/tricky': (_, response) => void response.setHeader('Content-Type', TEXT).end(tricky()),
  '/openmetrics': (_, response) => void response.setHeader('Content-Type', OPEN_METRICS).end(openMetrics()),
  '/gzip': (_, response) => {
    response.setHeader('Content-Type', TEXT).setHeader('Content-Encoding', 'gzip').end(gzipSync('zipped 1\n'));
  },
  '/redirected': (_, response) => void response.writeHead(302, { Location: '/gzip' }).end(),
  '/broken': (_, response) => void response.setHeader('Content-Type', TEXT).end('a 1\nb{\n'),
  '/many': (_, response) => {
    response
      .setHeader('Content-Type', TEXT)
      .end(Array.from({ length: 20 }, (_, i) => `many{i="${i}"} ${i}\n`).join(''));
  },
  '/missing': (_, response) => void response.writeHead(404).end(),
  '/list': ({ headers }, response) => {
    const groups = [{ targets: [headers.host], labels: { from: 'http', __meta_zone: 'z' } }, { targets: [] }];
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(groups));
  },
  '/private': ({ headers }, response) => {
    if (headers.authorization === 'Bearer secret') response.setHeader('Content-Type', TEXT).end('private 1\n');
    else response.writeHead(401).end();
  },
};

/** Pages that are the same for everybody who asks, on a free port of the loopback interface. */
export async function startFixedPages(): Promise<WebApp> {
  const server = createServer((request, response) => {
    const page = PAGES[new URL(request.url ?? '/', 'http://page').pathname];
    if (page === undefined) response.writeHead(404).end();
    else page(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
