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

/** In the text of a URL: what comes before a password, the password, and the sign that ends it. */
const PASSWORD = /^([a-z][a-z0-9+.-]*:\/\/[^:/?#]*):[^/?#]*@/i;

/** A URL that may carry a password. However it is printed, the password is `xxxxx`, as Prometheus prints it. */
export class CredentialUrl {
  readonly #text: string;
  readonly #shown: string;

  /** Throws a TypeError for what is no URL. */
  constructor(text: string) {
    const url = new URL(text);
    this.#text = text;
    this.#shown = url.password === '' ? text : hidePassword(text, url);
  }

  /** The URL as it was written: for the wire, and for nothing else. */
  reveal(): string {
    return this.#text;
  }

  equals(other: CredentialUrl): boolean {
    return this.#text === other.#text;
  }

  toString(): string {
    return this.#shown;
  }

  toJSON(): string {
    return this.#shown;
  }

  [inspect.custom](): string {
    return this.#shown;
  }
}

function hidePassword(text: string, url: URL): string {
  if (PASSWORD.test(text)) return text.replace(PASSWORD, '$1:xxxxx@');
  const shown = new URL(url);
  shown.password = 'xxxxx';
  return shown.href;
}
