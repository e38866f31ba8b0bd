import type { Place, Reader } from './place.ts';
import { readText } from './scalars.ts';

/** A list whose items are all read, so that each of them can be reported. Null is no list. */
export function readList<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (place) => {
    if (place.isNull) return undefined;
    const { items } = place;
    if (!items) {
      place.report(`expected a list, found ${place.kind}`, { suggestion: 'write it like [a, b], or one "- " a line' });
      return undefined;
    }
    return items.flatMap((item) => reader(item) ?? []);
  };
}

/** A list in which an item with nothing in it is a mistake, as after a dash that was left behind. */
export function readSections<T>(name: string, reader: Reader<T>): Reader<readonly T[]> {
  return readList((item) => {
    if (!item.isNull) return reader(item);
    item.report(`empty section in ${name}`, { code: 'missing' });
    return undefined;
  });
}

export const readTexts: Reader<readonly string[]> = readList(readText);

/** A mapping with names of the user's own choice. Null is no mapping. */
export function readRecord<T>(
  reader: Reader<T>,
  checkName: (name: string, key: Place) => void = () => {},
): Reader<Readonly<Record<string, T>>> {
  return (place) => {
    if (place.isNull) return undefined;
    const { entries } = place;
    if (!entries) {
      place.report(`expected a mapping of names to values, found ${place.kind}`);
      return undefined;
    }
    const read: [string, T][] = [];
    for (const [name, { key, value }] of entries) {
      checkName(name, key);
      const item = reader(value);
      if (item !== undefined) read.push([name, item]);
    }
    return Object.fromEntries(read);
  };
}
