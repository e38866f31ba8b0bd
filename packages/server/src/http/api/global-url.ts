/** Where others reach this server. */
export interface GlobalUrlOptions {
  /** The port it listens on; `undefined` before it does. */
  readonly listenPort: number | undefined;
  readonly externalUrl: URL;
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * A target's URL as it may be of use elsewhere: where it names this machine only, it gets the host of the external URL, and
 * the whole place of it where the target is this server itself. Anything that is no URL stays as it is.
 */
export function globalUrlOf(scrapeUrl: string, { listenPort, externalUrl }: GlobalUrlOptions): string {
  if (!URL.canParse(scrapeUrl)) return scrapeUrl;
  const url = new URL(scrapeUrl);
  if (!LOOPBACK.includes(url.hostname)) return scrapeUrl;
  const place = scrapeUrl.indexOf(url.host);
  if (place < 0) return scrapeUrl;
  const behind = scrapeUrl.slice(place + url.host.length);
  const port = url.port === '' ? DEFAULT_PORTS[url.protocol] : url.port;
  if (port === String(listenPort)) return `${externalUrl.protocol}//${externalUrl.host}${behind}`;
  const explicitPort = url.port === '' ? '' : `:${url.port}`;
  return `${url.protocol}//${externalUrl.hostname}${explicitPort}${behind}`;
}
