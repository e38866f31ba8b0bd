import type { ExpositionFormat } from '@hearth/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSampleStream } from './sample-stream.ts';

/** `["__name__","a"] value@time line`, for a text that comes in pieces of these lengths, again and again. */
async function read(text: string, format: ExpositionFormat, lengths: readonly number[] = [1 << 20]): Promise<string[]> {
  const samples: string[] = [];
  await readSampleStream(pieces(Buffer.from(text), lengths), {
    name: 'in',
    format,
    visit: ({ series, value, timestampMs, line }) =>
      samples.push(`${series.key} ${Object.is(value, -0) ? '-0' : value}@${timestampMs} ${line}`),
    afterPiece: async () => {},
  });
  return samples;
}

async function* pieces(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length];
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

const OPEN_METRICS = `# TYPE h histogram
# HELP h Hé "llo.
h_bucket{le="1"} 1 1.5 # {trace_id="a"} 0.5
h_bucket{le="+Inf"} 2 1.5
# TYPE g gauge
# UNIT g 
g{le="1",b="x\\ny"} -0 -2.0005
g{b="x\\ny",le="1"} NaN 3
{"quo ted"} 5e-324 4
# EOF
`;

const OPEN_METRICS_SAMPLES = [
  '["__name__","h_bucket","le","1.0"] 1@1500 3',
  '["__name__","h_bucket","le","+Inf"] 2@1500 4',
  '["__name__","g","b","x\\ny","le","1"] -0@-2000 7',
  '["__name__","g","b","x\\ny","le","1"] NaN@3000 8',
  '["__name__","quo ted"] 5e-324@4000 9',
];

const TEXT = `# a comment " with a quote
# TYPE s summary

s{quantile="0.5"} 1 1000
s { a = "two
lines", } 2 2000
last 3 3000`;

const TEXT_SAMPLES = [
  '["__name__","s","quantile","0.5"] 1@1000 4',
  '["__name__","s","a","two\\nlines"] 2@2000 5',
  '["__name__","last"] 3@3000 7',
];

test('reads both formats', async () => {
  expect(await read(OPEN_METRICS, 'openmetrics')).toEqual(OPEN_METRICS_SAMPLES);
  expect(await read(TEXT, 'prometheus-text')).toEqual(TEXT_SAMPLES);
});

test('wherever the text is cut, the samples are the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }), async (lengths) => {
      expect(await read(OPEN_METRICS, 'openmetrics', lengths)).toEqual(OPEN_METRICS_SAMPLES);
      expect(await read(TEXT, 'prometheus-text', lengths)).toEqual(TEXT_SAMPLES);
    }),
    { numRuns: 200 },
  );
});

test.each<[string, ExpositionFormat, string]>([
  ['a 1 1\n', 'openmetrics', 'in:2:1: data does not end with # EOF; a text in the format 0.0.4 needs'],
  ['', 'openmetrics', 'in:1:1: data does not end with # EOF'],
  ['a 1 1\n# EOF\nb 1 1\n', 'openmetrics', 'in:3:1: unexpected data after # EOF'],
  ['# TYPE a gauge\na 1 1\na 1\n# EOF\n', 'openmetrics', 'in:3:2: a sample without a timestamp'],
  ['# TYPE a gauge\na 1 1\nü{x="1"} 1 1\n# EOF\n', 'openmetrics', 'in:3:1: expected a metric name'],
  ['a{x="1",x="2"} 1 1\n# EOF\n', 'openmetrics', 'in:1:1: label name "x" is not unique'],
  ['a 1 1e300\n# EOF\n', 'openmetrics', 'in:1:5: timestamp "1e300" is out of range'],
  ['a 1 1e15\n# EOF\n', 'openmetrics', 'in:1:2: timestamp 1000000000000000000 is too far off'],
  ['a 1 1000\na x 1000\nb 1 1\n', 'prometheus-text', 'in:2:3: cannot read "x" as a number'],
  ['a 1 1000\nb{x="}\nc 1 1\n', 'prometheus-text', 'in:2:5: expected label value, got a quoted string'],
])('%j in %s is refused with its place, wherever it is cut', async (text, format, message) => {
  for (const length of [1, 3, 7, 1000]) await expect(read(text, format, [length])).rejects.toThrow(message);
});

test('neither a line nor an entry without an end is kept in memory', async () => {
  const mega = 'x'.repeat(1 << 20);
  await expect(read(`a 1 1\n${mega.repeat(6)}`, 'prometheus-text')).rejects.toThrow('in:2:1: a line of more than 4 MB');
  const lines = `${'b 1 1\n'.repeat(200_000)}`;
  let given = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a 1 1\na{x="\n');
    for (; given < 20; given++) yield Buffer.from(lines);
  }
  const options = { name: 'in', format: 'prometheus-text', visit: () => {}, afterPiece: async () => {} } as const;
  await expect(readSampleStream(endless(), options)).rejects.toThrow('in:2:5: expected label value');
  expect(given).toBeLessThan(8);
});
