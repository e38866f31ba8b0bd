import { InvalidArgumentError } from 'commander';
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
