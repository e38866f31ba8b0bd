import { compare, isEqual, isEqualToAny } from './compare.ts';
import type { TemplateFunction } from './functions.ts';
import { print, printf } from './printf.ts';
import { escapeHtml, escapeJs, urlQueryEscape } from './texts.ts';
import { isSlice, isTrue, TemplateMap, typeNameOf, type Value } from './value.ts';

/** The functions that every template of Go has. `and` and `or` stop early where they are called: see the execution. */
export const builtins: readonly (readonly [string, TemplateFunction])[] = [
  ['and', { parameters: ['any'], rest: 'any', call: (args) => args.find((arg) => !isTrue(arg)) ?? args.at(-1) }],
  ['or', { parameters: ['any'], rest: 'any', call: (args) => args.find(isTrue) ?? args.at(-1) }],
  ['not', { parameters: ['any'], call: ([value]) => !isTrue(value) }],
  ['eq', { parameters: ['any'], rest: 'any', call: isEqualToAny }],
  ['ne', { parameters: ['any', 'any'], call: ([a, b]) => !isEqual(a, b) }],
  ['lt', { parameters: ['any', 'any'], call: ([a, b]) => compare(a, b) < 0 }],
  ['le', { parameters: ['any', 'any'], call: ([a, b]) => compare(a, b) <= 0 }],
  ['gt', { parameters: ['any', 'any'], call: ([a, b]) => compare(a, b) > 0 }],
  ['ge', { parameters: ['any', 'any'], call: ([a, b]) => compare(a, b) >= 0 }],
  ['len', { parameters: ['any'], call: ([value]) => lengthOf(value) }],
  ['index', { parameters: ['any'], rest: 'any', call: ([value, ...keys]) => keys.reduce(elementOf, value) }],
  ['slice', { parameters: ['any'], rest: 'any', call: ([value, ...bounds]) => slice(value, bounds) }],
  ['print', { parameters: [], rest: 'any', call: print }],
  ['printf', { parameters: ['string'], rest: 'any', call: ([format, ...args]) => printf(format as string, args) }],
  ['println', { parameters: [], rest: 'any', call: (args) => `${args.map((arg) => print([arg])).join(' ')}\n` }],
  ['html', { parameters: [], rest: 'any', call: (args) => escapeHtml(print(args)) }],
  ['js', { parameters: [], rest: 'any', call: (args) => escapeJs(print(args)) }],
  ['urlquery', { parameters: [], rest: 'any', call: (args) => urlQueryEscape(print(args)) }],
];

function lengthOf(value: Value): bigint {
  if (typeof value === 'string') return BigInt(Buffer.byteLength(value));
  if (isSlice(value)) return BigInt(value.length);
  if (value instanceof TemplateMap) return BigInt(value.entries.size);
  throw new Error(`len of type ${typeNameOf(value)}`);
}

function elementOf(value: Value, key: Value): Value {
  if (value === undefined) throw new Error('index of nil pointer');
  if (value instanceof TemplateMap) {
    if (typeof key !== 'string') throw new Error(`value has type ${typeNameOf(key)}; should be string`);
    return value.get(key);
  }
  if (isSlice(value)) return value[indexOf(key, value.length)];
  if (typeof value !== 'string') throw new Error(`can't index item of type ${typeNameOf(value)}`);
  const bytes = Buffer.from(value);
  return BigInt(bytes[indexOf(key, bytes.length)]);
}

function indexOf(key: Value, length: number): number {
  if (typeof key !== 'bigint') throw new Error(`cannot index slice/array with type ${typeNameOf(key)}`);
  if (key < 0n || key >= BigInt(length)) throw new Error(`index out of range: ${key}`);
  return Number(key);
}

function slice(value: Value, bounds: readonly Value[]): Value {
  if (typeof value !== 'string' && !isSlice(value)) throw new Error(`can't slice item of type ${typeNameOf(value)}`);
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  const [start, end] = bounds.map((bound) => indexOf(bound, bytes.length + 1));
  const [from, to] = [start ?? 0, end ?? bytes.length];
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  return typeof value === 'string' ? Buffer.from(value).subarray(from, to).toString() : value.slice(from, to);
}
