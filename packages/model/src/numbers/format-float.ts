/** Go's formats of strconv.FormatFloat, always with the fewest digits that read back as the same number. */
export type FloatFormat = 'e' | 'f' | 'g';

/**
 * Formats as Go's strconv.FormatFloat(value, format, -1, 64): 'g' in the exposition format and in label values,
 * 'f' in PromQL's strings, 'e' in the API's alert values.
 */
export function formatFloat(value: number, format: FloatFormat = 'g'): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const magnitude = Math.abs(value);
  switch (format) {
    case 'e':
      return sign + exponential(magnitude);
    case 'f':
      return sign + positional(magnitude);
    case 'g':
      // Go takes %e from an exponent of 21 on only in package fmt; strconv's limit for the shortest form is 6.
      return (
        sign + (magnitude === 0 || (magnitude >= 1e-4 && magnitude < 1e6) ? String(magnitude) : exponential(magnitude))
      );
  }
}

/** The HTTP API's sample values: positional, but exponential below 1e-6 and from 1e21 on. */
export function formatJsonFloat(value: number): string {
  const magnitude = Math.abs(value);
  return formatFloat(value, magnitude !== 0 && (magnitude < 1e-6 || magnitude >= 1e21) ? 'e' : 'f');
}

/** As 'g', with `.0` where the number would look like an integer: OpenMetrics' `le` and `quantile`. */
export function formatOpenMetricsFloat(value: number): string {
  const printed = formatFloat(value);
  return /^-?\d+$/.test(printed) ? `${printed}.0` : printed;
}

/** `1e+06`: like JavaScript's, but with two digits of exponent at least. */
function exponential(magnitude: number): string {
  return magnitude.toExponential().replace(/[+-]\d$/, (exponent) => `${exponent[0]}0${exponent[1]}`);
}

function positional(magnitude: number): string {
  if (magnitude === 0 || (magnitude >= 1e-6 && magnitude < 1e21)) return String(magnitude);
  const [mantissa, exponent] = magnitude.toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const integerDigits = Number(exponent) + 1;
  return integerDigits > 0 ? digits.padEnd(integerDigits, '0') : `0.${'0'.repeat(-integerDigits)}${digits}`;
}
