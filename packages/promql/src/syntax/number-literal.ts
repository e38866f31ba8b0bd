const INTEGER = /^(?:0[xX]_?[\da-fA-F]+(?:_[\da-fA-F]+)*|0(?:_?[0-7]+)+|0|[1-9]\d*(?:_\d+)*)$/;
const DECIMAL = /^(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;

const MAX_INT64 = 2n ** 63n - 1n;

/**
 * A number as Prometheus reads it: first as one of Go's integers, where a leading 0 means octal, then as a float. The
 * reason is Go's where it is none.
 */
export function decodeNumber(text: string): number | { readonly reason: string } {
  const lower = text.toLowerCase();
  if (lower === 'inf') return Infinity;
  if (lower === 'nan') return Number.NaN;
  const digits = lower.replaceAll('_', '');
  if (INTEGER.test(text)) {
    const isOctal = /^0[0-7]/.test(digits);
    const integer = BigInt(isOctal ? `0o${digits.slice(1)}` : digits);
    if (integer <= MAX_INT64) return Number(integer);
  }
  if (!DECIMAL.test(text)) return { reason: `strconv.ParseFloat: parsing "${text}": invalid syntax` };
  const value = Number(digits);
  return Number.isFinite(value) ? value : { reason: `strconv.ParseFloat: parsing "${text}": value out of range` };
}

const DIGITS = /\d*/y;
const HEX_DIGITS = /[\da-fA-F]*/y;
const WORD = /\w/;
/** What cannot follow an underscore, or the sign of an exponent: a mark of its own, or nothing. */
const NO_DIGIT = /^[._eE]?$/;

/**
 * Finds the end of a number as Prometheus' lexer does. It may be none all the same, such as `.5.5`; and where
 * `isComplete` is false it is a duration at best, which goes on at `end`.
 */
export function scanNumber(text: string, start: number): { readonly end: number; readonly isComplete: boolean } {
  const isHex = /^0[xX]/.test(text.slice(start, start + 2));
  const digits = isHex ? HEX_DIGITS : DIGITS;
  let i = isHex ? start + 2 : start;
  if (isHex && text[i] === '_') i++;
  if (text[i] === '.') i++;
  if (isHex && /[\da-fA-F]/.test(text.charAt(i))) i++;
  let sawPoint = false;
  let sawExponent = false;
  for (;;) {
    const c = text.charAt(i);
    const begin = i;
    // The first of them, right behind one digit, is an exponent in hexadecimal numbers too: `0x1e` is none.
    if (c === 'e' || c === 'E') {
      if (sawExponent) return { end: i + 1, isComplete: false };
      sawExponent = true;
      if (/[+-]/.test(text.charAt(i + 1))) i++;
    } else if (c === '.') {
      if (sawPoint || isHex || /[_.]/.test(text.charAt(i + 1))) return { end: i + 1, isComplete: false };
      sawPoint = true;
    } else if (c !== '_') {
      digits.lastIndex = i;
      digits.test(text);
      if (digits.lastIndex === begin) return { end: i, isComplete: !WORD.test(c) };
      i = digits.lastIndex;
      continue;
    }
    i++;
    if (c !== '.' && NO_DIGIT.test(text.charAt(i))) return { end: i, isComplete: false };
  }
}
