import { createLabels } from '@hearth/model';
import fc from 'fast-check';
import type { PlainRecord } from './plain-records.ts';

const ref = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.maxSafeNat());

/** Any bits, and the kinds of NaN that must survive as they are. */
const bits = fc.oneof(
  fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }).map((value) => value.toString(16).padStart(16, '0')),
  fc.constantFrom('7ff0000000000002', '7ff8000000000001', '7ff8000000000000', 'fff0000000000001', '8000000000000000'),
);

const time = fc.oneof(
  fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }),
  fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
);

export const arbitraryLabels = fc
  .dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ minLength: 1, unit: 'grapheme' }), {
    maxKeys: 5,
    noNullPrototype: true,
  })
  .map((record) => createLabels(Object.entries(record)));

const plainSample = fc.record({ ref, t: time, bits });

/** Records that hold at least one entry: writers write no others. */
export const arbitraryRecord: fc.Arbitrary<PlainRecord> = fc.oneof(
  fc.record({ series: fc.array(fc.record({ ref, labels: arbitraryLabels }), { minLength: 1, maxLength: 20 }) }),
  fc.record({ samples: fc.array(plainSample, { minLength: 1, maxLength: 300, size: 'large' }) }),
  fc.record({ tombstones: fc.array(fc.record({ ref, minTime: time, maxTime: time }), { minLength: 1 }) }),
  fc.record({
    exemplars: fc.array(fc.record({ ref, t: time, bits, labels: arbitraryLabels }), { minLength: 1 }),
  }),
  fc.record({
    metadata: fc.array(fc.record({ ref, type: fc.nat(255), unit: fc.string(), help: fc.string() }), { minLength: 1 }),
  }),
);
