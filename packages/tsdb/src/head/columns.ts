/** A capacity that is at least `needed`, and half as much again as before: columns are copied seldom and not much too long. */
export function grownCapacity(before: number, needed: number): number {
  return Math.max(needed, before + (before >>> 1));
}

export function grownUint32(from: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(length);
  to.set(from);
  return to;
}

export function grownInt32(from: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(length);
  to.set(from);
  return to;
}

export function grownFloat64(from: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(length);
  to.set(from);
  return to;
}
