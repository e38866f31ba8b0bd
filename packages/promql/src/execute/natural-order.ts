import { compareUtf8 } from '@hearth/model';

/** Runs of digits and of what is none. */
const CHUNKS = /\d+|\D+/g;

/** Orders texts so that numbers in them count as numbers: `node2` before `node10`. */
export function compareNaturally(a: string, b: string): number {
  if (a === b) return 0;
  const [chunksA, chunksB] = [a.match(CHUNKS) ?? [], b.match(CHUNKS) ?? []];
  const length = Math.min(chunksA.length, chunksB.length);
  for (let i = 0; i < length; i++) {
    const order = compareChunks(chunksA[i], chunksB[i]);
    if (order !== 0) return order;
  }
  return chunksA.length - chunksB.length || compareUtf8(a, b);
}

function compareChunks(a: string, b: string): number {
  if (a === b) return 0;
  if (!isDigits(a) || !isDigits(b)) return compareUtf8(a, b);
  const [valueA, valueB] = [a.replace(/^0+(?=\d)/, ''), b.replace(/^0+(?=\d)/, '')];
  return valueA.length - valueB.length || compareUtf8(valueA, valueB);
}

function isDigits(chunk: string): boolean {
  const code = chunk.charCodeAt(0);
  return code >= 0x30 && code <= 0x39;
}
