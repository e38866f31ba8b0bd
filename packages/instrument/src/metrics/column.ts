/** A copy with room for at least `length` numbers, doubling so that growing stays cheap on average. */
export function growColumn(column: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(Math.max(length, column.length * 2));
  grown.set(column);
  return grown;
}
