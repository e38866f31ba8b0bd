import type { Windows } from './window-kernel.ts';

/**
 * Sums over sliding windows without ever subtracting, so that nothing is lost: samples are cut into blocks as long as the
 * longest window, and each has a sum from its block's start up to it (its head) and one from it up to its block's end (its
 * tail). A window reaches over one border at the most: its sum is the tail of its first sample and the head of its last.
 */
export interface Blocks {
  readonly start: number;
  readonly end: number;
  readonly length: number;
}

/** Below this many samples a window is added up anew. */
const MIN_LENGTH = 8;

/** Windows have to share samples this many times over for blocks to be worth their while. */
const MIN_SHARING = 4;

/** `undefined` where windows are short, overlap little, or hold values larger than `maxValue`, whose sums could overflow. */
export function tryBlocks(
  { values, low, high, steps }: Windows,
  { maxValue }: { readonly maxValue: number },
): Blocks | undefined {
  if (steps === 0) return undefined;
  let longest = 0;
  let total = 0;
  for (let step = 0; step < steps; step++) {
    const length = high[step] - low[step];
    total += length;
    if (length > longest) longest = length;
  }
  const start = low[0];
  const end = high[steps - 1];
  if (longest < MIN_LENGTH || total < MIN_SHARING * (end - start)) return undefined;
  for (let i = start; i < end; i++) if (!(Math.abs(values[i]) <= maxValue)) return undefined;
  return { start, end, length: longest };
}

/** Where the block of a sample starts. */
export function blockStart({ start, length }: Blocks, index: number): number {
  return index - ((index - start) % length);
}
