import type { HttpHeader } from '../types.ts';
import { readList, readRecord, readTexts } from '../yaml/collections.ts';
import { readFields } from '../yaml/fields.ts';
import type { Place } from '../yaml/place.ts';
import { readPath, readSecret, readText } from '../yaml/scalars.ts';

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Headers that the program sets itself, or that belong to the connection. */
const RESERVED: ReadonlySet<string> = new Set([
  'Authorization',
  'Host',
  'Content-Encoding',
  'Content-Length',
  'Content-Type',
  'User-Agent',
  'Connection',
  'Keep-Alive',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Www-Authenticate',
  'Accept-Encoding',
  'X-Prometheus-Remote-Write-Version',
  'X-Prometheus-Remote-Read-Version',
  'X-Prometheus-Scrape-Timeout-Seconds',
  'X-Amz-Date',
  'X-Amz-Security-Token',
  'X-Amz-Content-Sha256',
]);

export function readHttpHeaders(place: Place): Readonly<Record<string, HttpHeader>> | undefined {
  const headers = readRecord(readHttpHeader, checkHeaderName)(place);
  return headers && Object.fromEntries(Object.entries(headers).map(([name, header]) => [canonicalName(name), header]));
}

/** The plain headers of remote write. */
export const readPlainHeaders = readRecord(readText, checkHeaderName);

function readHttpHeader(place: Place): HttpHeader | undefined {
  return readFields(place, (fields) => ({
    values: fields.read('values', readTexts) ?? [],
    secrets: fields.read('secrets', readList(readSecret)) ?? [],
    files: fields.read('files', readList(readPath)) ?? [],
  }));
}

function checkHeaderName(name: string, key: Place): void {
  if (!HEADER_NAME.test(name)) key.report(`"${name}" is not the name of a header`);
  if (!RESERVED.has(canonicalName(name))) return;
  const suggestion = name.toLowerCase() === 'authorization' ? 'use basic_auth or authorization' : 'leave it out';
  key.report(`the header "${canonicalName(name)}" cannot be set here`, { code: 'conflict', suggestion });
}

function canonicalName(name: string): string {
  return name.toLowerCase().replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}
