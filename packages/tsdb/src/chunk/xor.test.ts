import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CorruptionError } from '../encoding/corruption-error.ts';
import { bitsOf, samples } from '../testing/arbitraries.ts';
import { type NaiveSample, naiveEncode } from '../testing/naive-xor.ts';
import { ALL_TIME, CHUNK_ENCODING_XOR, type EncodedChunk } from './chunk.ts';
import { SampleBuffer } from './sample-buffer.ts';
import { XorAppender } from './xor-appender.ts';
import { appendXorSamples } from './xor-decoder.ts';
import { MAX_TIME, XOR_MAX_SAMPLES } from './xor-format.ts';

function chunk(data: Uint8Array): EncodedChunk {
  return { encoding: CHUNK_ENCODING_XOR, data, file: 'chunks/000001', offset: 1000 };
}

function encode(list: readonly NaiveSample[], appender = new XorAppender()): XorAppender {
  for (const { time, bits } of list) appender.appendBits(time, Number(bits >> 32n), Number(bits & 0xffffffffn));
  return appender;
}

function decode(data: Uint8Array, range = ALL_TIME): NaiveSample[] {
  const buffer = new SampleBuffer(1);
  appendXorSamples(buffer, chunk(data), range);
  return list(buffer);
}

function list(buffer: SampleBuffer): NaiveSample[] {
  const bits = new BigUint64Array(buffer.values.buffer);
  return Array.from({ length: buffer.length }, (_, i) => ({ time: buffer.timestamps[i], bits: bits[i] }));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('XOR chunks', () => {
  test('have the bytes that promtool 2.42 wrote for the same samples', () => {
    const segment = readFileSync(new URL('../testing/promtool-2.42/block/chunks/000001', import.meta.url));
    const appender = new XorAppender();
    for (let i = 0; i < 122; i++) appender.append(1_700_000_000_000 + 15_000 * i, 42);
    // One record: header of the segment 8 bytes, length 1, encoding 1, data, checksum 4.
    expect(hex(segment.subarray(8, 10))).toBe(`${appender.byteLength.toString(16)}01`);
    expect(hex(appender.view())).toBe(hex(segment.subarray(10, 10 + appender.byteLength)));
  });

  test('have the bytes of the naive encoder', () => {
    const property = fc.property(samples(), (input) => {
      expect(hex(encode(input).view())).toBe(hex(naiveEncode(input)));
    });
    fc.assert(property);
  });

  test('give back the samples, bit for bit', () => {
    const property = fc.property(samples(), (input) => {
      expect(decode(naiveEncode(input))).toEqual(input);
    });
    fc.assert(property);
  });

  test('give back the samples of a time range', () => {
    const property = fc.property(samples({ minLength: 1 }), fc.nat(), fc.nat(), (input, a, b) => {
      const minTime = input[a % input.length].time;
      const maxTime = input[b % input.length].time;
      const expected = input.filter(({ time }) => time >= minTime && time <= maxTime);
      expect(decode(naiveEncode(input), { minTime, maxTime })).toEqual(expected);
    });
    fc.assert(property);
  });

  test('are appended to what the buffer holds', () => {
    const buffer = new SampleBuffer(1);
    appendXorSamples(buffer, chunk(naiveEncode([{ time: 1, bits: bitsOf(1) }])));
    appendXorSamples(buffer, chunk(naiveEncode([{ time: 2, bits: bitsOf(2) }])));
    expect([[...buffer.timestamps.subarray(0, 2)], [...buffer.values.subarray(0, 2)]]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('can be resumed at any sample, as if never interrupted', () => {
    const property = fc.property(samples({ minLength: 1 }), fc.nat(), (input, at) => {
      const cut = at % (input.length + 1);
      const resumed = XorAppender.resume(chunk(encode(input.slice(0, cut)).copy()));
      expect([resumed.count, resumed.lastTime]).toEqual([cut, cut === 0 ? 0 : input[cut - 1].time]);
      expect(hex(encode(input.slice(cut), resumed).view())).toBe(hex(naiveEncode(input)));
    });
    fc.assert(property);
  });

  test('hold 65,535 samples, however large', () => {
    const appender = new XorAppender();
    const timeOf = (i: number) => 2 ** 25 * i + (i % 2) * 2 ** 24;
    for (let i = 0; i < XOR_MAX_SAMPLES; i++) appender.appendBits(timeOf(i), i % 2 === 0 ? 0xffffffff : 0, i % 2);
    const buffer = new SampleBuffer();
    appendXorSamples(buffer, chunk(appender.view()));
    expect(buffer.length).toBe(XOR_MAX_SAMPLES);
    expect(buffer.timestamps[XOR_MAX_SAMPLES - 1]).toBe(timeOf(XOR_MAX_SAMPLES - 1));
    expect(() => appender.append(2 ** 50, 1)).toThrow('BUG: chunk holds 65535 samples already');
  });

  test('a value before the first window may use all 64 bits, as in a chunk that Prometheus went on with', () => {
    // Two samples, times 0 and 1, values 0 and 1: control bits 10, then the 64 bits that differ.
    const data = Buffer.from(`000200${'00'.repeat(8)}01${'8ffc000000000000'}00`, 'hex');
    expect(decode(data)).toEqual([
      { time: 0, bits: 0n },
      { time: 1, bits: bitsOf(1) },
    ]);
  });

  test('a number that is NaN is stored as the NaN that is a value, not as a staleness marker', () => {
    const appender = new XorAppender();
    appender.append(1, Number.NaN);
    expect(decode(appender.view())).toEqual([{ time: 1, bits: 0x7ff8000000000001n }]);
  });
});

describe('misuse', () => {
  test.each([0.5, Number.NaN, MAX_TIME + 1, -MAX_TIME - 1])('time %d', (time) => {
    expect(() => new XorAppender().append(time, 1)).toThrow(/^BUG: .* is no time/);
  });

  test('a time before the last one', () => {
    const appender = new XorAppender();
    appender.append(5, 1);
    expect(() => appender.append(4, 1)).toThrow('BUG: time 4 appended after 5');
  });
});

describe('corruption', () => {
  const valid = '000300' + '3ff0000000000000' + '01';
  test.each([
    ['no bytes', '', 'truncated', 1000, '2 bytes expected, 0 left'],
    ['no samples', '0001', 'truncated', 1002, '1 bytes expected, 0 left'],
    ['half a value', '0001003ff0', 'truncated', 1003, '8 bytes expected, 2 left'],
    ['a count of many', 'ffff003ff000000000000000', 'truncated', 1011, 'too few bytes for 65535 samples'],
    ['samples that end early', `${valid}c0`, 'truncated', 1013, 'the samples end early'],
    ['a window of 95 bits', `${valid}fff800000000000000000000`, 'bad_value', 1013, 'a value has more than 64 bits'],
    ['a change of 2^62 ms', `${valid}7a00000000000000000000`, 'bad_value', 1020, 'a time lies beyond 2^53'],
  ])('%s', (_name, data, code, offset, reason) => {
    const buffer = new SampleBuffer();
    const read = () => appendXorSamples(buffer, chunk(Buffer.from(data, 'hex')));
    expect(read).toThrow(expect.objectContaining({ name: 'CorruptionError', code, offset, reason }));
    expect(buffer.length).toBe(0);
  });

  test('flipped bits and cut tails are samples or a CorruptionError', () => {
    const property = fc.property(samples({ minLength: 1 }), fc.nat(), fc.nat(), (input, flip, cut) => {
      const data = naiveEncode(input);
      data[(flip >>> 3) % data.length] ^= 1 << (flip & 7);
      try {
        for (const { time } of decode(data.subarray(0, cut % (data.length + 1)))) {
          expect(Number.isSafeInteger(time)).toBe(true);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(CorruptionError);
      }
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test('another encoding is the caller’s mistake', () => {
    const histogram = { ...chunk(new Uint8Array(2)), encoding: 2 };
    expect(() => appendXorSamples(new SampleBuffer(), histogram)).toThrow('BUG: encoding 2 read as an XOR chunk');
  });
});
