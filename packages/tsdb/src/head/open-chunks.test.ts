import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { XorAppender } from '../chunk/xor-appender.ts';
import { samples } from '../testing/arbitraries.ts';
import { OpenChunks } from './open-chunks.ts';

function copyOf(chunks: OpenChunks, slot: number): Uint8Array {
  const target = new Uint8Array(64 * 1024);
  return target.subarray(0, chunks.copyTo(new DataView(target.buffer), slot));
}

describe('OpenChunks', () => {
  test('makes the bytes that XorAppender makes, for many series at once', () => {
    const strictly = samples({ minLength: 1, maxLength: 150 }).map((all) =>
      all.filter(({ time }, i) => i === 0 || time > all[i - 1].time),
    );
    fc.assert(
      fc.property(fc.array(strictly, { minLength: 1, maxLength: 5 }), (all) => {
        const chunks = new OpenChunks();
        const appenders = all.map(() => new XorAppender());
        for (const slot of all.keys()) chunks.reset(slot);
        for (let i = 0; i < Math.max(...all.map(({ length }) => length)); i++) {
          for (const [slot, ofSeries] of all.entries()) {
            if (i >= ofSeries.length) continue;
            const { time, bits } = ofSeries[i];
            const [high, low] = [Number(BigInt.asIntN(32, bits >> 32n)), Number(BigInt.asIntN(32, bits))];
            if (i === 0) chunks.begin(slot, time, high, low);
            else chunks.append(slot, time, high, low);
            appenders[slot].appendBits(time, high, low);
          }
        }
        for (const slot of all.keys()) {
          expect(copyOf(chunks, slot)).toEqual(appenders[slot].copy());
          expect(chunks.byteLength(slot)).toBe(appenders[slot].byteLength);
          expect(chunks.count(slot)).toBe(appenders[slot].count);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('gives the memory of chunks that are dropped to others', () => {
    const chunks = new OpenChunks();
    for (let round = 0; round < 3; round++) {
      for (let slot = 0; slot < 500; slot++) {
        if (round === 0) chunks.reset(slot);
        chunks.begin(slot, 1000 * round, 0x40000000 + slot, slot);
        for (let i = 1; i < 100; i++) chunks.append(slot, 1000 * round + i, Math.imul(i, slot), i);
      }
      for (let slot = 0; slot < 500; slot++) chunks.drop(slot);
      expect(chunks.memory.bytesUsed).toBe(0);
      if (round > 0) expect(chunks.memory.bytesReserved).toBe(reserved);
      reserved = chunks.memory.bytesReserved;
    }
  });
});

let reserved = 0;
