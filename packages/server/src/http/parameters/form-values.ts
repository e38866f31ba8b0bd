import { quoteGo } from '@hearth/model';

/**
 * What a form or the part of a URL behind `?` says, read as Go reads it: a name may come several times; pairs that are
 * malformed are left out, and `problem` says what is wrong with the first of them. So are pairs beyond ten thousand.
 */
export class FormValues {
  readonly problem: string | undefined;
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>, problem?: string) {
    this.#values = values;
    this.problem = problem;
  }

  /** The first value; `''` where there is none, which nothing tells apart from an empty one. */
  get(name: string): string {
    return this.#values.get(name)?.[0] ?? '';
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** The values of both, these first. */
  followedBy(others: FormValues): FormValues {
    const values = new Map(this.#values);
    for (const [name, more] of others.#values) values.set(name, [...(values.get(name) ?? []), ...more]);
    return new FormValues(values, this.problem ?? others.problem);
  }
}

/** More than any client sends. */
const MAX_PAIRS = 10_000;

export function parseFormValues(text: string): FormValues {
  const values = new Map<string, string[]>();
  let problem: string | undefined;
  const pairs = text === '' ? [] : text.split('&', MAX_PAIRS + 1);
  if (pairs.length > MAX_PAIRS) problem = `more than ${MAX_PAIRS} values`;
  for (const pair of pairs.slice(0, MAX_PAIRS)) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    const value = equals < 0 ? '' : pair.slice(equals + 1);
    const wrong = pair.includes(';')
      ? 'invalid semicolon separator in query'
      : (wrongEscape(name) ?? wrongEscape(value));
    if (wrong !== undefined) {
      problem ??= wrong;
      continue;
    }
    const key = decode(name);
    const known = values.get(key);
    if (known === undefined) values.set(key, [decode(value)]);
    else known.push(decode(value));
  }
  return new FormValues(values, problem);
}

const WRONG_ESCAPE = /%(?![0-9a-fA-F]{2}).{0,2}/s;

function wrongEscape(text: string): string | undefined {
  const found = WRONG_ESCAPE.exec(text);
  return found === null ? undefined : `invalid URL escape ${quoteGo(found[0])}`;
}

/** Bytes that are no UTF-8 become U+FFFD: no label has them. */
function decode(text: string): string {
  if (!text.includes('%')) return text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return decodeBytes(text);
  }
}

function decodeBytes(text: string): string {
  const bytes: number[] = [];
  for (const [part] of text.matchAll(/%[0-9a-fA-F]{2}|[^%]+/gs)) {
    if (part.startsWith('%')) bytes.push(Number.parseInt(part.slice(1), 16));
    else bytes.push(...Buffer.from(part.replaceAll('+', ' ')));
  }
  return Buffer.from(bytes).toString('utf8');
}
