/**
 * Numbers with a given precision as Go's package fmt prints them: rounded from the exact binary value, half to even, where
 * JavaScript rounds exact halves up.
 */
export function formatNumber(value: number, verb: 'e' | 'f' | 'g', precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const magnitude = Math.abs(value);
  switch (verb) {
    case 'e':
      return sign + exponential(magnitude, precision);
    case 'f':
      return sign + fixed(magnitude, precision);
    case 'g':
      return sign + general(magnitude, Math.max(1, precision));
  }
}

function fixed(magnitude: number, precision: number): string {
  const digits = roundScaled(magnitude, precision)
    .toString()
    .padStart(precision + 1, '0');
  if (precision === 0) return digits;
  return `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}

function exponential(magnitude: number, precision: number): string {
  const { digits, exponent } = significantDigits(magnitude, precision + 1);
  return joinExponent(digits, exponent);
}

function general(magnitude: number, precision: number): string {
  const { digits, exponent } = significantDigits(magnitude, precision);
  const significant = digits.replace(/0+$/, '') || '0';
  if (exponent < -4 || exponent >= precision) return joinExponent(significant, exponent);
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${significant}`;
  const integer = significant.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = significant.slice(exponent + 1);
  return fraction === '' ? integer : `${integer}.${fraction}`;
}

function joinExponent(digits: string, exponent: number): string {
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** The first `count` decimal digits, rounded, and the exponent of the first one. */
function significantDigits(magnitude: number, count: number): { readonly digits: string; readonly exponent: number } {
  if (magnitude === 0) return { digits: '0'.repeat(count), exponent: 0 };
  const estimate = Number(magnitude.toExponential().split('e')[1]);
  // The shortest form may have been rounded up to the next power of ten, and so may these digits.
  for (const exponent of [estimate - 1, estimate, estimate + 1]) {
    const digits = roundScaled(magnitude, count - 1 - exponent).toString();
    if (digits.length === count) return { digits, exponent };
  }
  throw new Error(`BUG: ${magnitude} has no ${count} digits`);
}

/** `magnitude × 10^scale` as a whole number, half to even. */
function roundScaled(magnitude: number, scale: number): bigint {
  const { mantissa, exponent } = partsOf(magnitude);
  const dividend = mantissa * 10n ** BigInt(Math.max(scale, 0)) * 2n ** BigInt(Math.max(exponent, 0));
  const divisor = 10n ** BigInt(Math.max(-scale, 0)) * 2n ** BigInt(Math.max(-exponent, 0));
  const quotient = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  const isUp = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  return isUp ? quotient + 1n : quotient;
}

/** `mantissa × 2^exponent`, exactly. */
function partsOf(magnitude: number): { readonly mantissa: bigint; readonly exponent: number } {
  const bits = new BigUint64Array(Float64Array.of(magnitude).buffer)[0];
  const fraction = bits & (2n ** 52n - 1n);
  const biased = Number(bits >> 52n);
  if (biased === 0) return { mantissa: fraction, exponent: -1074 };
  return { mantissa: fraction + 2n ** 52n, exponent: biased - 1075 };
}
