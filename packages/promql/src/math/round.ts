/** The nearest multiple; halves are rounded up. */
export function roundTo(value: number, multiple: number): number {
  // Multiplying by the inverse is what Prometheus does: it makes fewer errors than dividing.
  const inverse = 1 / multiple;
  return Math.floor(value * inverse + 0.5) / inverse;
}
