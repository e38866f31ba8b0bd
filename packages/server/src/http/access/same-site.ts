import { isIP } from 'node:net';
import { HttpError } from '../errors/http-errors.ts';

export interface BrowserHeaders {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
}

/**
 * Throws `forbidden` where a browser sends a request that a page of another site made it send. What is not a browser sends
 * neither `Origin` nor `Sec-Fetch-Site`, and passes.
 *
 * A page may also come to count as this site's by giving its own name this machine's address. So the name has to be one
 * that is known to be ours, unless it is an address.
 */
export function refuseCrossSite(headers: BrowserHeaders, ownNames: ReadonlySet<string>): void {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw crossSite(`Sec-Fetch-Site: ${[site].flat().join()}`);
  const { origin, host } = headers;
  if (origin === undefined) return;
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (url === undefined || url.host !== host?.toLowerCase()) throw crossSite(`Origin: ${origin}`);
  if (!isOwnName(url.hostname, ownNames)) throw crossSite(`Origin: ${origin}`);
}

function isOwnName(name: string, ownNames: ReadonlySet<string>): boolean {
  return name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || ownNames.has(name);
}

function crossSite(header: string): HttpError {
  const printed = header.slice(0, 200);
  return new HttpError('forbidden', `a page of another site may not change anything here (${printed})`);
}
