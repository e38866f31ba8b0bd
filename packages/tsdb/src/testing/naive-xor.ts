/**
 * XOR chunks as their description reads, in strings of binary digits: slow, and simple enough to be believed.
 */
export interface NaiveSample {
  readonly time: number;
  /** The bits of the float64. */
  readonly bits: bigint;
}

export function naiveEncode(samples: readonly NaiveSample[]): Uint8Array {
  let out = binary(BigInt(samples.length), 16);
  let window: { leading: number; trailing: number } | undefined;
  samples.forEach(({ time, bits }, i) => {
    if (i === 0) {
      out += uvarint(zigzag(BigInt(time))) + binary(bits, 64);
      return;
    }
    const delta = BigInt(time - samples[i - 1].time);
    const before = i < 2 ? 0n : BigInt(samples[i - 1].time - samples[i - 2].time);
    out += i === 1 ? uvarint(delta) : timeChange(delta - before);

    const xor = binary(bits ^ samples[i - 1].bits, 64);
    const leading = Math.min(xor.indexOf('1'), 31);
    const trailing = 63 - xor.lastIndexOf('1');
    if (!xor.includes('1')) {
      out += '0';
    } else if (window !== undefined && leading >= window.leading && trailing >= window.trailing) {
      out += `10${xor.slice(window.leading, 64 - window.trailing)}`;
    } else {
      window = { leading, trailing };
      const width = 64 - leading - trailing;
      out += `11${binary(BigInt(leading), 5)}${binary(BigInt(width % 64), 6)}${xor.slice(leading, 64 - trailing)}`;
    }
  });
  const bytes = out.match(/.{1,8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

function timeChange(change: bigint): string {
  if (change === 0n) return '0';
  for (const [prefix, width] of [
    ['10', 14],
    ['110', 17],
    ['1110', 20],
  ] as const) {
    const half = 1n << BigInt(width - 1);
    if (change > -half && change <= half) return prefix + binary(change, width);
  }
  return `1111${binary(change, 64)}`;
}

function uvarint(value: bigint): string {
  return value < 0x80n ? binary(value, 8) : binary((value & 0x7fn) | 0x80n, 8) + uvarint(value >> 7n);
}

function zigzag(value: bigint): bigint {
  return value < 0n ? -2n * value - 1n : 2n * value;
}

function binary(value: bigint, width: number): string {
  return BigInt.asUintN(width, value).toString(2).padStart(width, '0');
}
