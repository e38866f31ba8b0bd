import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/bcrypt';

/** The threads that check are few, and others need them: for files, for instance. */
const MAX_AT_ONCE = 2;
const MAX_WAITING = 50;

/** Of htpasswd and of most examples. */
const USUAL_COST = 10;

/** Checks passwords against bcrypt hashes, on threads of their own and few at a time. */
export class PasswordChecker {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  /** Nobody's, by cost: what an unknown user's password is compared with, so that it takes as long as a known one's. */
  readonly #decoys = new Map<number, Promise<string>>();

  /** Whether more passwords wait than are worth waiting for. */
  get isBusy(): boolean {
    return this.#waiting.length >= MAX_WAITING;
  }

  /** False, after as long as it would take, where there is no hash: `others` are hashes of the same making. */
  async isRight(password: string, passwordHash: string | undefined, others: Iterable<string>): Promise<boolean> {
    await this.#enter();
    try {
      const compared = passwordHash ?? (await this.#decoyLike(others));
      const isRight = await verify(password, compared);
      return isRight && passwordHash !== undefined;
    } finally {
      this.#leave();
    }
  }

  #decoyLike(others: Iterable<string>): Promise<string> {
    const cost = firstCostOf(others) ?? USUAL_COST;
    let decoy = this.#decoys.get(cost);
    if (decoy === undefined) {
      decoy = hash(randomBytes(18).toString('base64'), { cost });
      this.#decoys.set(cost, decoy);
    }
    return decoy;
  }

  async #enter(): Promise<void> {
    if (this.#running < MAX_AT_ONCE) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}

function firstCostOf(hashes: Iterable<string>): number | undefined {
  for (const each of hashes) {
    const cost = /^\$2[abxy]?\$(\d\d)\$/.exec(each)?.[1];
    if (cost !== undefined) return Number(cost);
  }
  return undefined;
}
