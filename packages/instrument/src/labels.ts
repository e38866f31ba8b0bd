import type { ExchangeView } from './http/exchange.ts';
import { describeThrown, type Log } from './log.ts';

/** A label's value: fixed, or derived from a request and its response when it is over. */
export type LabelSource<Req = unknown, Res = unknown> =
  | string
  | number
  | boolean
  | ((exchange: ExchangeView<Req, Res>) => string | number | boolean | readonly string[] | null | undefined);

export type LabelSources<Req = unknown, Res = unknown> = Readonly<Record<string, LabelSource<Req, Res>>>;

/** Longer values are cut: they end up in every scrape. */
const MAX_VALUE_LENGTH = 256;

/** The labels that a developer adds to a metric, ready to be evaluated for one request after another. */
export class DerivedLabels {
  readonly names: readonly string[];
  /** Whether no value depends on the request. */
  readonly isStatic: boolean;
  readonly #sources: readonly LabelSource[];
  readonly #staticValues: readonly string[];
  readonly #log: Log;

  constructor(sources: LabelSources, log: Log) {
    this.names = Object.keys(sources);
    this.#sources = Object.values(sources);
    this.isStatic = this.#sources.every((source) => typeof source !== 'function');
    this.#staticValues = this.isStatic ? this.#sources.map((source) => labelText(source as string)) : [];
    this.#log = log;
  }

  /** The values in the order of `names`. A function that throws gives `''` and a line in the log. */
  valuesFor(exchange: ExchangeView): readonly string[] {
    if (this.isStatic) return this.#staticValues;
    return this.#sources.map((source, i) => {
      if (typeof source !== 'function') return labelText(source);
      try {
        return labelText(source(exchange));
      } catch (error) {
        this.#log(`the function for label ${this.names[i]} threw: ${describeThrown(error)}`);
        return '';
      }
    });
  }

  /** The values where none depends on a request; undefined otherwise. */
  get staticValues(): readonly string[] | undefined {
    return this.isStatic ? this.#staticValues : undefined;
  }
}

/** A header may come several times; its values are then joined as Node.js joins them. */
function labelText(value: string | number | boolean | readonly string[] | null | undefined): string {
  if (value === null || value === undefined) return '';
  const text = Array.isArray(value) ? value.join(', ') : String(value);
  return text.length > MAX_VALUE_LENGTH ? text.slice(0, MAX_VALUE_LENGTH) : text;
}
