import { Secret } from '../secret.ts';
import type { WebConfig, WebRateLimit } from '../types.ts';
import { readRecord } from '../yaml/collections.ts';
import { readFields } from '../yaml/fields.ts';
import type { Place } from '../yaml/place.ts';
import { readBoolean, readInteger, readText } from '../yaml/scalars.ts';
import { isBcryptHash } from './bcrypt-hash.ts';
import { tryParseGoDuration } from './go-duration.ts';
import { readWebTls } from './read-web-tls.ts';

const NANOSECONDS_PER_MS = 1e6;

/** The headers that may be set, with the values of those that have few. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'Strict-Transport-Security': [],
  'X-Content-Type-Options': ['nosniff'],
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-XSS-Protection': [],
  'Content-Security-Policy': [],
};

export const DEFAULT_WEB_CONFIG: WebConfig = { http2: true, headers: {}, users: new Map() };

export function readWebConfig(place: Place): WebConfig | undefined {
  return readFields(place, (fields) => {
    const tls = fields.read('tls_server_config', readWebTls);
    const http = fields.read('http_server_config', readHttpServer) ?? DEFAULT_WEB_CONFIG;
    const rateLimit = fields.read('rate_limit', readRateLimit);
    const users = fields.read('basic_auth_users', readRecord(readHash)) ?? {};
    return {
      ...(tls && { tls }),
      http2: http.http2,
      headers: http.headers,
      users: new Map(Object.entries(users)),
      ...(rateLimit && { rateLimit }),
    };
  });
}

function readHttpServer(place: Place): Pick<WebConfig, 'http2' | 'headers'> | undefined {
  return readFields(place, (fields) => ({
    http2: fields.read('http2', readBoolean) ?? true,
    headers: fields.read('headers', readHeaders) ?? {},
  }));
}

function readHeaders(place: Place): Readonly<Record<string, string>> | undefined {
  const headers = readRecord(readText)(place) ?? {};
  for (const [name, { key, value }] of place.entries ?? []) {
    const allowed = Object.hasOwn(HEADERS, name) ? HEADERS[name] : undefined;
    if (!allowed) {
      const suggestion = `these can be: ${Object.keys(HEADERS).join(', ')}`;
      key.report(`the header "${name}" cannot be set`, { suggestion });
    } else if (allowed.length > 0 && !allowed.includes(headers[name])) {
      value.report(`"${headers[name]}" is not a value of ${name}`, { suggestion: `it is ${allowed.join(' or ')}` });
    }
  }
  return headers;
}

function readRateLimit(place: Place): WebRateLimit | undefined {
  return readFields(place, (fields) => {
    const burst = fields.read('burst', readInteger) ?? 0;
    const intervalMs = fields.read('interval', readGoDuration) ?? 0;
    if (intervalMs < 0) fields.placeOf('interval').report('the interval is negative');
    if (intervalMs === 0) return undefined;
    if (burst < 1) {
      fields.placeOf('burst').report('with a burst below 1 every request would be refused', { code: 'missing' });
    }
    return { intervalMs, burst };
  });
}

/** A whole number without a unit is nanoseconds. */
function readGoDuration(place: Place): number | undefined {
  const text = readText(place);
  if (text === undefined || place.isNull) return undefined;
  const durationMs = /^[-+]?\d+$/.test(text) ? Number(text) / NANOSECONDS_PER_MS : tryParseGoDuration(text);
  if (durationMs === undefined) place.report(`not a duration: "${text}"`, { suggestion: 'write it like 100ms or 1s' });
  return durationMs;
}

/** What is wrong with a hash is told without showing it. */
function readHash(place: Place): Secret | undefined {
  const { text } = place;
  if (text !== undefined && isBcryptHash(text)) return new Secret(text);
  const suggestion = `htpasswd -nBC 10 "" makes one`;
  place.report('not a bcrypt hash of a password', { suggestion });
  return undefined;
}
