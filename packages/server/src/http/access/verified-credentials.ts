import { createHmac, randomBytes } from 'node:crypto';

/** More different credentials than a team has. The ones that were not used for longest go first. */
const MAX_VERIFIED = 200;

/**
 * Remembers which credentials were right, because checking them takes a good part of a second by design. They are kept as
 * keyed hashes that are of no use elsewhere, and looking one up takes as long for a wrong password as for a right one.
 */
export class VerifiedCredentials {
  readonly #key = randomBytes(32);
  readonly #known = new Set<string>();

  /** What stands for a user, the hash of the password in force, and the password that was given. */
  digest(user: string, passwordHash: string, password: string): string {
    const parts = [user, passwordHash, password].map((part) => `${Buffer.byteLength(part)}:${part}`);
    return createHmac('sha256', this.#key).update(parts.join('')).digest('base64');
  }

  has(digest: string): boolean {
    if (!this.#known.delete(digest)) return false;
    this.#known.add(digest);
    return true;
  }

  add(digest: string): void {
    this.#known.add(digest);
    if (this.#known.size <= MAX_VERIFIED) return;
    const [oldest] = this.#known;
    this.#known.delete(oldest);
  }
}
