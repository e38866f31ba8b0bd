import fc from 'fast-check';
import type { NaiveSample } from './naive-xor.ts';

const STALE = 0x7ff0000000000002n;

/** Bits of float64 values such as series have, and all others. */
const anyBits: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
  fc.double().map(bitsOf),
  fc.nat(1000).map(bitsOf),
  fc.constantFrom(STALE, bitsOf(Number.NaN), 0x7ff8000000000001n, bitsOf(0), bitsOf(-0), bitsOf(Infinity)),
);

const anyStep: fc.Arbitrary<number> = fc.oneof(
  fc.constant(15_000),
  fc.integer({ min: 14_990, max: 15_010 }),
  fc.nat(20_000),
  fc.nat(1_200_000),
  fc.nat(2 ** 31),
  fc.constantFrom(0, 1, 8_191, 8_192, 8_193, 65_536, 65_537, 524_288, 524_289, 2 ** 40),
);

/** Samples of one series, in time. Values often stay the same. */
export function samples(constraints: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<NaiveSample[]> {
  const step = fc.record({ step: anyStep, bits: fc.option(anyBits, { freq: 2 }) });
  return fc
    .tuple(fc.integer({ min: -(2 ** 45), max: 2 ** 45 }), fc.array(step, { size: 'medium', ...constraints }))
    .map(([start, steps]) => {
      let time = start;
      let last = 0n;
      return steps.map(({ step: by, bits }) => {
        time += by;
        last = bits ?? last;
        return { time, bits: last };
      });
    });
}

export function bitsOf(value: number): bigint {
  return new BigUint64Array(Float64Array.of(value).buffer)[0];
}
