import type { Token } from './token.ts';
import type { Value } from './value.ts';

const ESCAPES = /\\(?:x([\da-fA-F]{2})|([0-7]{3})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([abfnrtv\\'"]))|\\/g;

const SHORT: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** What a string, number or character in an action stands for. */
export function decodeLiteral({ kind, text }: Token): { readonly value: Value } | { readonly reason: string } {
  if (kind === 'number') return decodeNumber(text);
  if (text[0] === '`') return { value: text.slice(1, -1).replaceAll('\r', '') };
  const decoded = decodeEscapes(text.slice(1, -1));
  if (decoded === undefined)
    return { reason: kind === 'string' ? 'invalid syntax' : `malformed character constant: ${text}` };
  if (kind === 'string') return { value: decoded };
  const [character, ...rest] = decoded;
  if (character === undefined || rest.length > 0) return { reason: `malformed character constant: ${text}` };
  return { value: BigInt(character.codePointAt(0)!) };
}

function decodeEscapes(text: string): string | undefined {
  let isValid = true;
  const decoded = text.replace(ESCAPES, (whole, hex, octal, short, long, letter?: string) => {
    if (letter !== undefined) return SHORT[letter] ?? letter;
    const code = hex ?? short ?? long;
    const point = code === undefined ? Number.parseInt(octal, 8) : Number.parseInt(code, 16);
    if (whole === '\\' || point > 0x10ffff) {
      isValid = false;
      return '';
    }
    return String.fromCodePoint(point);
  });
  return isValid ? decoded : undefined;
}

const INTEGER = /^[+-]?(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|\d+)$/;

/** A constant without a point is an int, as in Go; one with a point or an exponent a float. */
function decodeNumber(text: string): { readonly value: Value } | { readonly reason: string } {
  const digits = text.replaceAll('_', '');
  if (INTEGER.test(digits)) {
    const isNegative = digits[0] === '-';
    const unsigned = digits.replace(/^[+-]/, '').replace(/^0(?=[0-7])/, '0o');
    const value = BigInt(unsigned);
    return { value: isNegative ? -value : value };
  }
  const value = Number(digits);
  return Number.isFinite(value) ? { value } : { reason: `bad number syntax: ${JSON.stringify(text)}` };
}
