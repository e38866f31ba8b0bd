import { type ExpositionFormat, formatFromContentType } from '@hearth/model';
import type { BodyBuffer } from '../../http-client/body-buffer.ts';
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
  const seconds = target.scrapeTimeoutMs / 1000;
  const timeout = new AbortController();
  const timer = clock.after(target.scrapeTimeoutMs, () => {
    timeout.abort(new ScrapeError('timed_out', `timed out after ${seconds}s`));
  });
  try {
    const response = await settings.client.send({
      url: target.scrapeUrl,
      headers: { ...settings.headers, 'x-prometheus-scrape-timeout-seconds': String(seconds) },
      maxBodyBytes: settings.maxBodyBytes,
      signal: AbortSignal.any([signal, timeout.signal]),
      buffer,
    });
    if (response.status !== 200) {
      throw new ScrapeError('bad_status', `server returned HTTP status ${response.statusLine}`);
    }
    const bytes = response.body as Buffer;
    // As in Prometheus, nothing is fine in any format.
    if (bytes.length === 0) return { bytes, format: 'prometheus-text', warnings: [] };
    const { format, warning } = formatFromContentType(response.header('content-type'), settings.fallbackFormat);
    return { bytes, format, warnings: warning === undefined ? [] : [warning] };
  } finally {
    timer.cancel();
  }
}
