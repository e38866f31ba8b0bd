/**
 * Orders strings as their UTF-8 bytes order, which is Prometheus' order of label names and values.
 *
 * UTF-8 orders like code points. JavaScript's `<` compares UTF-16 units, which puts U+10000 and above (units
 * 0xD800–0xDFFF) before U+E000–U+FFFF.
 */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA !== unitB) return codePointRank(unitA) - codePointRank(unitB);
  }
  return a.length - b.length;
}

/** Moves the surrogates above the rest of the 16-bit range, keeping the order within each part. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
