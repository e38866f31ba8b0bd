import { type Exposition, parseExposition } from '@hearth/model';

/** What a scraper asks for when it wants one of the formats. */
export const ACCEPT = {
  text: 'text/plain; version=0.0.4',
  openMetrics: 'application/openmetrics-text; version=1.0.0',
} as const;

export type FormatName = keyof typeof ACCEPT;

/** The metrics at a URL, as text. */
export async function readMetrics(url: string, format: FormatName): Promise<{ contentType: string; body: string }> {
  const response = await fetch(url, { headers: { accept: ACCEPT[format] } });
  const body = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${body}`);
  return { contentType: response.headers.get('content-type') ?? '', body };
}

/** The metrics at a URL, parsed as strictly as Prometheus does. */
export async function scrape(url: string, format: FormatName): Promise<Exposition> {
  const { contentType, body } = await readMetrics(url, format);
  return parseExposition(new TextEncoder().encode(body), contentType);
}
