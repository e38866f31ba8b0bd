import { createAnchoredRegexp, MatcherError } from '@hearth/model';
import { HearthError } from '../errors.ts';
import type { CorsOrigin } from '../http/cors.ts';

/** Of the flag's regular expression, which has to match the whole of an origin. */
export function createCorsOrigin(pattern: string): CorsOrigin {
  if (pattern === '.*') return '*';
  try {
    return createAnchoredRegexp(pattern);
  } catch (cause) {
    if (!(cause instanceof MatcherError)) throw cause;
    throw new HearthError('HEARTH_BAD_INPUT', `--web.cors.origin: ${cause.reason}`, { cause });
  }
}
