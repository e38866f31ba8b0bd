import { formatFloat, quoteGo } from '@hearth/model';
import { formatNumber } from './format-number.ts';
import { printValue, typeNameOf, type Value } from './value.ts';

const VERB = /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d*))?(\p{L}|%)?/gu;

/** A wider result than this is cut, also in its digits: `%1000000d` would make much of little. */
const MAX_WIDTH = 1000;

interface Verb {
  readonly verb: string;
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
}

/** Go's fmt.Sprintf. What does not fit is printed as there: `%!d(string=x)`. */
export function printf(format: string, args: readonly Value[]): string {
  let next = 0;
  const take = (text: string | undefined): number | undefined => {
    if (text !== '*') return text === undefined ? undefined : Number(text);
    const value = args[next++];
    return typeof value === 'bigint' ? Number(value) : undefined;
  };
  const printed = format.replace(VERB, (_, flags: string, width?: string, precision?: string, verb?: string) => {
    const parsed = { flags, width: take(width) ?? 0, precision: take(precision) };
    if (verb === undefined) return '%!(NOVERB)';
    if (verb === '%') return '%';
    if (next >= args.length) return `%!${verb}(MISSING)`;
    return formatVerb({ ...parsed, verb }, args[next++]);
  });
  if (next >= args.length) return printed;
  const extra = args.slice(next).map((value) => `${typeNameOf(value)}=${printValue(value)}`);
  return `${printed}%!(EXTRA ${extra.join(', ')})`;
}

/** Go's fmt.Sprint: a space between two values of which none is a string. */
export function print(args: readonly Value[]): string {
  let printed = '';
  for (const [i, value] of args.entries()) {
    if (i > 0 && typeof value !== 'string' && typeof args[i - 1] !== 'string') printed += ' ';
    printed += printValue(value);
  }
  return printed;
}

function formatVerb(spec: Verb, value: Value): string {
  const formatted = tryFormat(spec, value);
  if (formatted === undefined) return `%!${spec.verb}(${typeNameOf(value)}=${printValue(value)})`;
  return pad(formatted, spec, typeof value);
}

function tryFormat(spec: Verb, value: Value): string | undefined {
  if (spec.verb === 'T') return typeNameOf(value);
  if (spec.verb === 'v' && typeof value !== 'number') return printValue(value);
  switch (typeof value) {
    case 'number':
      return tryFormatFloat(spec, value);
    case 'bigint':
      return tryFormatInteger(spec, value);
    case 'string':
      return tryFormatText(spec, value);
    case 'boolean':
      return spec.verb === 't' ? String(value) : undefined;
    default:
      return spec.verb === 's' ? printValue(value) : undefined;
  }
}

function tryFormatFloat({ verb, flags, precision }: Verb, value: number): string | undefined {
  const lower = verb.toLowerCase();
  if (lower !== 'e' && lower !== 'f' && lower !== 'g' && verb !== 'v') return undefined;
  const isShortest = precision === undefined && (lower === 'g' || lower === 'v');
  const form = lower === 'v' ? 'g' : (lower as 'e' | 'f' | 'g');
  let formatted = isShortest ? formatFloat(value) : formatNumber(value, form, Math.min(precision ?? 6, MAX_WIDTH));
  if (verb === 'E' || verb === 'G') formatted = formatted.toUpperCase();
  return withSign(formatted, flags);
}

const BASES: Readonly<Record<string, number>> = { b: 2, o: 8, d: 10, x: 16, X: 16 };

function tryFormatInteger({ verb, flags }: Verb, value: bigint): string | undefined {
  if (verb === 'c' || verb === 'q') {
    const character = value >= 0n && value <= 0x10ffffn ? String.fromCodePoint(Number(value)) : '\ufffd';
    return verb === 'c' ? character : `'${character}'`;
  }
  const base = BASES[verb];
  if (base === undefined) return undefined;
  const digits = (value < 0n ? -value : value).toString(base);
  const prefix = flags.includes('#') && base === 16 ? '0x' : '';
  const printed = (value < 0n ? '-' : '') + prefix + digits;
  return withSign(verb === 'X' ? printed.toUpperCase() : printed, flags);
}

function tryFormatText({ verb, precision }: Verb, value: string): string | undefined {
  const cut = precision === undefined ? value : Array.from(value).slice(0, precision).join('');
  if (verb === 's') return cut;
  if (verb === 'q') return quoteGo(cut);
  if (verb !== 'x' && verb !== 'X') return undefined;
  const hex = Buffer.from(cut).toString('hex');
  return verb === 'X' ? hex.toUpperCase() : hex;
}

/** Infinity has its plus already, and loses it where no flag asks for one. */
function withSign(formatted: string, flags: string): string {
  if (formatted.startsWith('-')) return formatted;
  const digits = formatted.replace(/^\+(?!Inf)/, '');
  if (flags.includes('+')) return digits.startsWith('+') ? digits : `+${digits}`;
  return flags.includes(' ') ? ` ${digits.replace(/^\+/, '')}` : digits;
}

function pad(formatted: string, { flags, width }: Verb, type: string): string {
  const wanted = Math.min(width, MAX_WIDTH);
  const missing = wanted - Array.from(formatted).length;
  if (missing <= 0) return formatted;
  if (flags.includes('-')) return formatted + ' '.repeat(missing);
  const isNumber = (type === 'number' || type === 'bigint') && !/Inf|NaN/.test(formatted);
  if (!flags.includes('0') || !isNumber) return ' '.repeat(missing) + formatted;
  const sign = /^[-+ ]/.exec(formatted)?.[0] ?? '';
  return sign + '0'.repeat(missing) + formatted.slice(sign.length);
}
