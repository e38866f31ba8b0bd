import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import type { Log } from '../log.ts';
import type { Exposition, RenderOptions } from './exposition.ts';
import type { Guard, GuardRefusal } from './guard.ts';
import { MetricsUnavailable } from './metrics-unavailable.ts';

const gzip = promisify(gzipCallback);

/** Smaller bodies are not worth compressing. */
const MIN_GZIP_LENGTH = 2048;

export interface MetricsHandlerOptions {
  readonly render: (options: RenderOptions) => Promise<Exposition>;
  readonly guard: Guard;
  readonly log: Log;
}

/** Answers requests for the metrics. The promise never rejects. */
export type MetricsHandler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

export function createMetricsHandler({ render, guard, log }: MetricsHandlerOptions): MetricsHandler {
  return async (req, res) => {
    try {
      if (req.method !== 'GET' && req.method !== 'HEAD') {
        answer(res, 405, 'Only GET and HEAD are answered here.', { Allow: 'GET, HEAD' });
        return;
      }
      const refusal = await refusalOf(guard, req, log);
      if (refusal !== undefined) {
        answer(
          res,
          refusal.status,
          refusal.message,
          refusal.challenge ? { 'WWW-Authenticate': refusal.challenge } : {},
        );
        return;
      }
      await answerWithMetrics(req, res, await render({ accept: req.headers.accept, names: wantedNames(req.url) }));
    } catch (error) {
      log(`the metrics could not be shown: ${String(error)}`);
      if (res.headersSent) res.destroy();
      else if (error instanceof MetricsUnavailable) answer(res, 503, error.message, {});
      else answer(res, 500, 'The metrics could not be shown; the log of the application says why.', {});
    }
  };
}

async function refusalOf(guard: Guard, req: IncomingMessage, log: Log): Promise<GuardRefusal | undefined> {
  const refused: GuardRefusal = { status: 403, message: 'The metrics are not for this client.' };
  try {
    const verdict = await guard(req);
    if (verdict === true) return undefined;
    return verdict === false ? refused : verdict;
  } catch (error) {
    log(`the guard of the metrics threw, the request was refused: ${String(error)}`);
    return refused;
  }
}

async function answerWithMetrics(
  req: IncomingMessage,
  res: ServerResponse,
  { contentType, body }: Exposition,
): Promise<void> {
  const isGzip = body.length >= MIN_GZIP_LENGTH && acceptsGzip(req.headers['accept-encoding']);
  const bytes = isGzip ? await gzip(body, { level: 1 }) : Buffer.from(body, 'utf8');
  res.writeHead(200, {
    'Content-Type': contentType,
    'Content-Length': bytes.byteLength,
    'Cache-Control': 'no-store',
    Vary: 'Accept, Accept-Encoding',
    ...(isGzip && { 'Content-Encoding': 'gzip' }),
  });
  res.end(req.method === 'HEAD' ? undefined : bytes);
}

function answer(res: ServerResponse, status: number, message: string, headers: Record<string, string>): void {
  const body = `${message}\n`;
  res.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  res.end(body);
}

/** Whether `gzip` is named without a weight of 0. */
function acceptsGzip(header: string | string[] | undefined): boolean {
  return String(header ?? '')
    .split(',', 32)
    .some((coding) => /^\s*gzip\s*(?:;\s*q\s*=\s*(?!0(?:\.0*)?\s*$).*)?$/i.test(coding));
}

/** `?name[]=…`, as the Python client understands it. */
function wantedNames(target: string | undefined): string[] {
  const query = target?.indexOf('?') ?? -1;
  return query === -1 ? [] : new URLSearchParams(target!.slice(query + 1)).getAll('name[]');
}
