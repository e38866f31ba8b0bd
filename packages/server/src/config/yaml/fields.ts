import { tryNearest } from '../nearest.ts';
import type { Refusal } from '../unsupported.ts';
import type { Place, Reader } from './place.ts';

type Entries = NonNullable<Place['entries']>;

/** The fields of one mapping. What nobody has asked for by the end is unknown. */
export class Fields {
  readonly place: Place;
  readonly #entries: Entries;
  readonly #known = new Set<string>();

  constructor(place: Place, entries: Entries) {
    this.place = place;
    this.#entries = entries;
  }

  /** `undefined` where the field is not there, null to a reader that has no use for null, or wrong. */
  read<T>(name: string, reader: Reader<T>): T | undefined {
    const place = this.find(name);
    return place && reader(place);
  }

  find(name: string): Place | undefined {
    this.#known.add(name);
    return this.#entries.get(name)?.value;
  }

  /** The value of a field to report at, or the whole mapping where the field is not there. */
  placeOf(name: string): Place {
    return this.#entries.get(name)?.value ?? this.place;
  }

  /** Whether the field is there with something in it. */
  has(name: string): boolean {
    const place = this.find(name);
    return place !== undefined && !place.isNull;
  }

  /** Refuses each of these fields that has something in it. */
  refuse(refusals: Readonly<Record<string, Refusal>>): void {
    for (const [name, refusal] of Object.entries(refusals)) if (this.has(name)) this.reportRefusal(name, refusal);
  }

  reportRefusal(name: string, { reason, instead }: Refusal): void {
    const place = this.#entries.get(name)?.key ?? this.place;
    place.report(`${name} is not supported: ${reason}`, { code: 'not_supported', suggestion: instead });
  }

  finish(): void {
    for (const [name, { key }] of this.#entries) {
      if (this.#known.has(name)) continue;
      const nearest = tryNearest(name, this.#known);
      const suggestion = nearest === undefined ? undefined : `did you mean "${nearest}"?`;
      key.report(`unknown field "${name}"`, { code: 'unknown_field', ...(suggestion && { suggestion }) });
    }
  }
}

/** Reads a mapping field by field. Null is no mapping. */
export function readFields<T>(place: Place, read: (fields: Fields) => T | undefined): T | undefined {
  if (place.isNull) return undefined;
  const { entries } = place;
  if (!entries) {
    place.report(`expected a mapping of fields, found ${place.kind}`);
    return undefined;
  }
  const fields = new Fields(place, entries);
  const value = read(fields);
  fields.finish();
  return value;
}
