import { formatFloat } from '@hearth/model';

/**
 * What templates calculate with, as in Go: nil is `undefined`, a float64 is a number, an int is a bigint. A slice is an
 * array; a map and a struct are a TemplateMap, a TemplateStruct.
 */
export type Value = undefined | boolean | string | number | bigint | readonly Value[] | TemplateMap | TemplateStruct;

/** Go's `map[string]…`. */
export class TemplateMap {
  readonly entries: ReadonlyMap<string, Value>;
  /** Go's name of the type: a missing entry of a `map[string]string` is empty, of others nil. */
  readonly typeName: 'map[string]string' | 'map[string]interface {}';

  constructor(entries: ReadonlyMap<string, Value>, typeName: TemplateMap['typeName'] = 'map[string]interface {}') {
    this.entries = entries;
    this.typeName = typeName;
  }

  get(key: string): Value {
    return this.entries.get(key) ?? (this.typeName === 'map[string]string' ? '' : undefined);
  }
}

/** A struct with fields and methods, or a value of a type of its own that has methods. */
export interface TemplateStruct {
  readonly typeName: string;
  readonly fields: ReadonlyMap<string, Value>;
  readonly methods: ReadonlyMap<string, (args: readonly Value[]) => Value>;
  /** As `print` shows it. */
  toString(): string;
}

export function isStruct(value: Value): value is TemplateStruct {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof TemplateMap);
}

export function isSlice(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** A text map, such as labels. */
export function textMap(entries: Iterable<readonly [string, string]>): TemplateMap {
  return new TemplateMap(new Map(entries), 'map[string]string');
}

/** Go's name of a value's type. */
export function typeNameOf(value: Value): string {
  switch (typeof value) {
    case 'undefined':
      return '<nil>';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    case 'string':
      return 'string';
    default:
      return isSlice(value) ? 'template.queryResult' : value.typeName;
  }
}

/** Whether `if` and `with` take a value for true: not zero, not empty, not nil. */
export function isTrue(value: Value): boolean {
  switch (typeof value) {
    case 'undefined':
      return false;
    case 'bigint':
      return value !== 0n;
    case 'number':
      // NaN is not zero.
      return value !== 0;
    case 'object':
      if (isSlice(value)) return value.length > 0;
      return value instanceof TemplateMap ? value.entries.size > 0 : true;
    default:
      return Boolean(value);
  }
}

/** Prints as Go's `%v`. */
export function printValue(value: Value): string {
  if (value === undefined) return '<nil>';
  if (typeof value === 'number') return formatFloat(value);
  if (isSlice(value)) return `[${value.map(printValue).join(' ')}]`;
  if (value instanceof TemplateMap) {
    const keys = [...value.entries.keys()].sort();
    return `map[${keys.map((key) => `${key}:${printValue(value.entries.get(key))}`).join(' ')}]`;
  }
  return String(value);
}
