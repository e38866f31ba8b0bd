import type { RateLimit } from './request-limit.ts';

/** Who may come in, and as what. It may change while the server runs: each request is held to what holds then. */
export interface AccessConfig {
  /** bcrypt hashes by user. Empty: nobody is asked who they are, and everybody is an administrator. */
  readonly users: ReadonlyMap<string, string>;
  /** Those of the users who may see everything and change nothing. */
  readonly viewers: ReadonlySet<string>;
  /** Sent with every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of all requests together; `undefined` for no limit. */
  readonly rateLimit?: RateLimit | undefined;
}

export const OPEN_ACCESS: AccessConfig = { users: new Map(), viewers: new Set(), headers: {} };
