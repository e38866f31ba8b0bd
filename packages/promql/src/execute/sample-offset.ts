import type { Labels } from '@hearth/model';
import xxhash from 'xxhash-wasm';

const MAX_UINT64 = 2 ** 64;

/** Lengths below this take one byte. */
const LONG = 255;

/**
 * Where a series lies between 0 and 1: the hash of its labels as Prometheus takes it (XXH64 over names and values, each with
 * its length before it: a byte, or 255 and three bytes), so that both choose the same series.
 */
export async function loadSampleOffset(): Promise<(labels: Labels) => number> {
  const { h64Raw } = await xxhash();
  const encoder = new TextEncoder();
  return (labels) => {
    const bytes: number[] = [];
    for (const { name, value } of labels) {
      for (const text of [name, value]) {
        const encoded = encoder.encode(text);
        const { length } = encoded;
        if (length < LONG) bytes.push(length);
        else bytes.push(LONG, length & 0xff, (length >> 8) & 0xff, (length >> 16) & 0xff);
        for (const byte of encoded) bytes.push(byte);
      }
    }
    return Number(h64Raw(Uint8Array.from(bytes))) / MAX_UINT64;
  };
}
