import { type ExpositionFormat, formatFromContentType } from '@hearth/model';
import type { BodyBuffer } from '../../http-client/body-buffer.ts';
import { withDeadline } from '../../http-client/with-deadline.ts';
import type { Clock } from '../../time/clock.ts';
import { ScrapeError } from '../scrape-error.ts';
import type { Target } from '../targets/target.ts';
import type { ScrapeSettings } from './scrape-settings.ts';

export interface FetchOptions {
  readonly target: Target;
  readonly settings: ScrapeSettings;
  readonly clock: Clock;
  readonly buffer: BodyBuffer;
  /** Ends the request before its time is over. */
  readonly signal: AbortSignal;
}

export interface FetchedBody {
  /** A view of the buffer, or memory of its own. */
  readonly bytes: Buffer;
  readonly format: ExpositionFormat;
  readonly warnings: readonly string[];
}

/** What a target answers. Rejects with what people should read as its last error. */
export async function fetchBody({ target, settings, clock, buffer, signal }: FetchOptions): Promise<FetchedBody> {
  const timeoutMs = target.scrapeTimeoutMs;
  const seconds = timeoutMs / 1000;
  const createError = () => new ScrapeError('timed_out', `timed out after ${seconds}s`);
  const response = await withDeadline({ clock, timeoutMs, createError, signal }, (deadline) =>
    settings.client.send({
      url: target.scrapeUrl,
      headers: { ...settings.headers, 'x-prometheus-scrape-timeout-seconds': String(seconds) },
      maxBodyBytes: settings.maxBodyBytes,
      signal: deadline,
      buffer,
    }),
  );
  if (response.status !== 200) {
    throw new ScrapeError('bad_status', `server returned HTTP status ${response.statusLine}`);
  }
  const bytes = response.body as Buffer;
  // As in Prometheus, nothing is fine in any format.
  if (bytes.length === 0) return { bytes, format: 'prometheus-text', warnings: [] };
  const { format, warning } = formatFromContentType(response.header('content-type'), settings.fallbackFormat);
  return { bytes, format, warnings: warning === undefined ? [] : [warning] };
}
