import { isIP } from 'node:net';
import { DurationError, parseDuration } from '@hearth/model';
import { InvalidArgumentError } from 'commander';
import { parseSize, SizeError } from '../config/size.ts';
import type { Endpoint } from '../net/endpoint.ts';
import { MAX_PORT } from '../net/listen.ts';
import { tryLoopbackAddress } from '../net/loopback.ts';

/** Reads the value of a flag that takes a whole number. */
export function parseWholeNumber(text: string, { min, max }: { readonly min: number; readonly max: number }): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new InvalidArgumentError(`It takes a whole number from ${min} to ${max}.`);
}

export function parsePort(text: string): number {
  return parseWholeNumber(text, { min: 1, max: MAX_PORT });
}

/** Reads the value of a flag that says where something without authentication listens. */
export function parseLoopbackHost(text: string): string {
  const host = tryLoopbackAddress(text);
  if (host !== undefined) return host;
  throw new InvalidArgumentError(
    'It has no authentication, so it listens where only this machine reaches it: 127.0.0.1, another 127.x.x.x, ::1 or localhost.',
  );
}

/** Reads a duration as Prometheus writes them: `15d`, `1h30m`. In milliseconds. */
export function parseDurationFlag(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw new InvalidArgumentError(`It takes a duration such as 15d or 1h30m: ${error.reason}.`);
  }
}

/** Reads a size such as `512MB` or `2GB`. In bytes. */
export function parseSizeFlag(text: string): number {
  try {
    return parseSize(text);
  } catch (error) {
    if (!(error instanceof SizeError)) throw error;
    throw new InvalidArgumentError(`It takes a size such as 512MB or 2GB: ${error.message}.`);
  }
}

/** Reads where to listen: `127.0.0.1:9090`, `[::1]:9090`, `localhost:9090`, or `:9090` for every address of the machine. */
export function parseListenAddress(text: string): Endpoint {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const name = bracketed ?? plain;
  const host = name === '' ? '0.0.0.0' : name === 'localhost' ? '127.0.0.1' : name;
  if (host !== undefined && isIP(host) !== 0 && Number(port) <= MAX_PORT) return { host, port: Number(port) };
  throw new InvalidArgumentError('It takes an address and a port, such as 127.0.0.1:9090 or [::1]:9090.');
}
