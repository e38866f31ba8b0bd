import { isStruct, typeNameOf, type Value } from './value.ts';

/** `eq`: whether the first is equal to one of the others. */
export function isEqualToAny([first, ...others]: readonly Value[]): boolean {
  if (others.length === 0) throw new Error('missing argument for comparison');
  return others.some((other) => isEqual(first, other));
}

export function isEqual(a: Value, b: Value): boolean {
  if (a === undefined || b === undefined) return a === b;
  const [kindA, kindB] = [basicKind(a), basicKind(b)];
  if (kindA !== kindB) throw new Error('incompatible types for comparison');
  return a === b;
}

/** `lt` and the others that order: less than zero, zero, or more. NaN is in no order, and gives NaN. */
export function compare(a: Value, b: Value): number {
  const [kindA, kindB] = [basicKind(a), basicKind(b)];
  if (kindA === 'bool' || kindB === 'bool') throw new Error('invalid type for comparison');
  if (kindA !== kindB) throw new Error('incompatible types for comparison');
  const [left, right] = [a, b] as [number, number];
  if (Number.isNaN(left) || Number.isNaN(right)) return Number.NaN;
  return left < right ? -1 : left > right ? 1 : 0;
}

function basicKind(value: Value): string {
  if (typeof value === 'object' || value === undefined) {
    const type = isStruct(value) ? 'struct' : typeNameOf(value);
    throw new Error(value === undefined ? 'invalid type for comparison' : `non-comparable type ${type}`);
  }
  return typeNameOf(value);
}
