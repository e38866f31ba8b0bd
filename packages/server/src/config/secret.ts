import { inspect } from 'node:util';

const SHOWN = '<secret>';

/** A password, token or key. However it is printed, logged or serialized, only `<secret>` is seen. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The secret itself: for the wire, and for nothing else. */
  reveal(): string {
    return this.#text;
  }

  equals(other: Secret): boolean {
    return this.#text === other.#text;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}

/** A URL that may carry a password. However it is printed, the password is `xxxxx`, as Prometheus prints it. */
export class CredentialUrl {
  readonly #url: URL;

  /** Throws a TypeError for what is no URL. */
  constructor(text: string) {
    this.#url = new URL(text);
  }

  /** The URL with its password: for the wire, and for nothing else. */
  reveal(): string {
    return this.#url.href;
  }

  equals(other: CredentialUrl): boolean {
    return this.#url.href === other.#url.href;
  }

  toString(): string {
    if (this.#url.password === '') return this.#url.href;
    const shown = new URL(this.#url);
    shown.password = 'xxxxx';
    return shown.href;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
