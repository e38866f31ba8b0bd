import { ContentTypeError } from '../errors.ts';
import { quoteGo } from '../go-quote.ts';

/** The text formats that this program reads. */
export type ExpositionFormat = 'prometheus-text' | 'openmetrics';

export interface NegotiatedFormat {
  readonly format: ExpositionFormat;
  /** Why the fallback was taken. */
  readonly warning?: string;
}

const FORMATS: ReadonlyMap<string, ExpositionFormat> = new Map([
  ['text/plain', 'prometheus-text'],
  ['application/openmetrics-text', 'openmetrics'],
]);

/**
 * The format that a target's Content-Type announces. As in Prometheus 3 a blank, malformed or unknown one is an error,
 * a ContentTypeError, unless a fallback is configured (`fallback_scrape_protocol`); then it is a warning.
 */
export function formatFromContentType(contentType: string, fallback?: ExpositionFormat): NegotiatedFormat {
  const mediaType = tryParseMediaType(contentType);
  const format = mediaType === undefined ? undefined : FORMATS.get(mediaType);
  if (format) return { format };

  const problem = describeProblem(contentType, mediaType);
  if (fallback) return { format: fallback, warning: `${problem}, using the fallback scrape protocol` };
  throw new ContentTypeError('unsupported_content_type', `${problem} and no fallback scrape protocol is set`);
}

function describeProblem(contentType: string, mediaType: string | undefined): string {
  if (contentType === '') return 'target sent a blank Content-Type';
  const shown = quoteGo(contentType.slice(0, 200));
  return mediaType === undefined ? `cannot parse Content-Type ${shown}` : `unsupported Content-Type ${shown}`;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const MEDIA_TYPE = new RegExp(`^(${TOKEN}(?:/${TOKEN})?)\\s*(?=;|$)`);
const PARAMETER = new RegExp(`;\\s*(${TOKEN})\\s*=\\s*(?:${TOKEN}|"(?:[^"\\\\]|\\\\.)*")\\s*(?=;|$)`, 'y');

/** The media type in lower case, or `undefined` where it or its parameters (RFC 2045) are malformed. */
function tryParseMediaType(contentType: string): string | undefined {
  const text = contentType.trim();
  const head = MEDIA_TYPE.exec(text);
  if (!head) return undefined;

  const names = new Set<string>();
  let position = head[0].length;
  const end = text.replace(/;$/, '').length;
  while (position < end) {
    PARAMETER.lastIndex = position;
    const parameter = PARAMETER.exec(text);
    if (!parameter || names.has(parameter[1].toLowerCase())) return undefined;
    names.add(parameter[1].toLowerCase());
    position = PARAMETER.lastIndex;
  }
  return head[1].toLowerCase();
}
