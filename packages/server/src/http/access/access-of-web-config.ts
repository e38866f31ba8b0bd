import type { WebConfig } from '../../config/types.ts';
import type { AccessConfig } from './access-config.ts';

/** What a web configuration file says about access. `viewers` are named elsewhere: the file has no roles. */
export function accessOfWebConfig(web: WebConfig, viewers: ReadonlySet<string>): AccessConfig {
  return {
    users: new Map(Array.from(web.users, ([user, hash]) => [user, hash.reveal()])),
    viewers,
    headers: web.headers,
    rateLimit: web.rateLimit,
  };
}
