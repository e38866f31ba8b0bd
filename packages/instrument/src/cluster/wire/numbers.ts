/** JSON, which carries messages between processes, knows only finite numbers. */
export type WireNumber = number | 'NaN' | '+Inf' | '-Inf';

export function toWireNumber(value: number): WireNumber {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

export function fromWireNumber(value: WireNumber): number {
  switch (value) {
    case 'NaN':
      return Number.NaN;
    case '+Inf':
      return Number.POSITIVE_INFINITY;
    case '-Inf':
      return Number.NEGATIVE_INFINITY;
    default:
      return value;
  }
}

export function isWireNumber(value: unknown): value is WireNumber {
  return Number.isFinite(value) || value === 'NaN' || value === '+Inf' || value === '-Inf';
}
