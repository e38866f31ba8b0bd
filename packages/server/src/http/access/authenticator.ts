import { HttpError } from '../errors/http-errors.ts';
import type { Role } from '../route-config.ts';
import type { AccessConfig } from './access-config.ts';
import { type Credentials, tryParseBasic } from './basic-credentials.ts';
import { clientKeyOf } from './client-key.ts';
import { FailureLimit } from './failure-limit.ts';
import { PasswordChecker } from './password-checker.ts';
import { VerifiedCredentials } from './verified-credentials.ts';

export interface AuthenticatorOptions {
  readonly config: () => AccessConfig;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

/**
 * Finds out who asks. Right credentials are remembered; failed attempts are counted by address and by user, and too many of
 * either make the next ones wait. Whoever was right before is not held up by that: nobody can lock others out.
 */
export class Authenticator {
  readonly #config: () => AccessConfig;
  readonly #byAddress: FailureLimit;
  readonly #byUser: FailureLimit;
  readonly #checker = new PasswordChecker();
  readonly #verified = new VerifiedCredentials();
  /** Attempts under way by digest, so that the requests of one page are one attempt. */
  readonly #underWay = new Map<string, Promise<boolean>>();

  constructor({ config, nowMs }: AuthenticatorOptions) {
    this.#config = config;
    this.#byAddress = new FailureLimit({ nowMs });
    this.#byUser = new FailureLimit({ nowMs });
  }

  /** Throws what the client is told: `unauthorized` or `too_many_logins`. */
  async roleOf(authorization: string | undefined, address: string): Promise<Role> {
    const { users, viewers } = this.#config();
    if (users.size === 0) return 'admin';
    const credentials = tryParseBasic(authorization);
    if (credentials === undefined || !(await this.#isRight(credentials, users, clientKeyOf(address)))) {
      throw new HttpError('unauthorized', 'Unauthorized', { headers: { 'www-authenticate': 'Basic' } });
    }
    return viewers.has(credentials.user) ? 'viewer' : 'admin';
  }

  async #isRight(credentials: Credentials, users: AccessConfig['users'], client: string): Promise<boolean> {
    const { user, password } = credentials;
    const passwordHash = users.get(user);
    const digest = this.#verified.digest(user, passwordHash ?? '', password);
    if (this.#verified.has(digest)) return true;

    const underWay = this.#underWay.get(digest);
    if (underWay !== undefined) return underWay;
    this.#refuseIfLimited(user, client);
    const attempt = this.#attempt(credentials, users, client).then((isRight) => {
      if (isRight) this.#verified.add(digest);
      return isRight;
    });
    this.#underWay.set(digest, attempt);
    try {
      return await attempt;
    } finally {
      this.#underWay.delete(digest);
    }
  }

  async #attempt({ user, password }: Credentials, users: AccessConfig['users'], client: string): Promise<boolean> {
    this.#byAddress.begin(client);
    this.#byUser.begin(user);
    const isRight = await this.#checker.isRight(password, users.get(user), users.values());
    if (isRight) {
      this.#byAddress.forgive(client);
      this.#byUser.forgive(user);
    }
    return isRight;
  }

  #refuseIfLimited(user: string, client: string): void {
    const waitMs = Math.max(this.#byAddress.waitMs(client), this.#byUser.waitMs(user), this.#checker.isBusy ? 1000 : 0);
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1000);
    const message = `too many failed logins: try again in ${seconds} s`;
    throw new HttpError('too_many_logins', message, { headers: { 'retry-after': String(seconds) } });
  }
}
