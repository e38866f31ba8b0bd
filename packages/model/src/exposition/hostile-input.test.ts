import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpositionError } from '../errors.ts';
import type { ExpositionFormat } from './content-type.ts';
import { createExpositionParser } from './create-parser.ts';
import { parseExposition } from './families.ts';
import type { ExpositionParser } from './parser.ts';

const FORMATS: readonly ExpositionFormat[] = ['prometheus-text', 'openmetrics'];

/** Reads everything there is to read. Returns the number of entries; only an ExpositionError may get in its way. */
function exhaust(bytes: Uint8Array, format: ExpositionFormat): number {
  const parser = createExpositionParser(bytes, format);
  let entries = 0;
  try {
    while (parser.next() !== 'eof') {
      // Every entry takes a byte at least, so a parser that doesn't get on is found here.
      if (++entries > bytes.length) throw new Error(`${entries} entries in ${bytes.length} bytes`);
      readEntry(parser, bytes.length);
    }
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error;
    expect(error.line).toBeGreaterThanOrEqual(1);
    expect(error.column).toBeGreaterThanOrEqual(1);
    expect(error.message.length).toBeLessThan(500);
  }
  return entries;
}

function readEntry(parser: ExpositionParser, length: number): void {
  const { entry } = parser;
  if (entry === 'comment') parser.comment();
  if (entry === 'help' || entry === 'type' || entry === 'unit') parser.familyName();
  if (entry === 'help') parser.help();
  if (entry === 'unit') parser.unit();
  if (entry === 'series') {
    expect(parser.seriesStart).toBeGreaterThanOrEqual(0);
    expect(parser.seriesEnd).toBeGreaterThan(parser.seriesStart);
    expect(parser.seriesEnd).toBeLessThanOrEqual(length);
    parser.labels();
    parser.exemplar();
  }
}

/** Documents that use everything the formats have. */
const DOCUMENTS = [
  `# HELP h Takes \\\\ long\\n.
# TYPE h histogram
h_bucket{le="1", a="b\\"c\\\\d\\ne"} 1 123
h_bucket { le = "+Inf" , } 2e5
{"my.name",b="é😀","c.d"="x"} NaN -1
# comment
"`,
  `# HELP a_seconds Counts \\" things.
# TYPE a_seconds counter
# UNIT a_seconds seconds
a_seconds_total{b="c"} 17.0 1520879607.789 # {id="x",y="\\"z"} 5 1520879607.1
{"my.name",b="c"} +Inf # {} 1e-3
# TYPE s summary
s{quantile="0.5"} 1
# EOF
`,
].map((text) => new TextEncoder().encode(text));

const NASTY = Uint8Array.from(
  new TextEncoder().encode('\0\t\n\r "#\\{}=,:+-.0129eEaxNI_é\u{10ffff}# HELP # TYPE # EOF'),
);
const nastyByte = fc.oneof(fc.constantFrom(...NASTY), fc.integer({ min: 0, max: 255 }));

/** Replaces, inserts or removes bytes here and there. */
const mutated = fc
  .record({
    document: fc.constantFrom(...DOCUMENTS),
    edits: fc.array(
      fc.record({
        at: fc.nat(300),
        remove: fc.nat(4),
        insert: fc.array(nastyByte, { maxLength: 4 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ document, edits }) => {
    let bytes = [...document];
    for (const { at, remove, insert } of edits) bytes = bytes.toSpliced(at % bytes.length, remove, ...insert);
    return Uint8Array.from(bytes);
  });

describe.each(FORMATS)('%s', (format) => {
  it('throws nothing but an ExpositionError, and ends, on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        exhaust(bytes, format);
      }),
      { numRuns: 10_000 },
    );
  });

  it('throws nothing but an ExpositionError, and ends, on bytes that mean something', () => {
    fc.assert(
      fc.property(fc.array(nastyByte, { maxLength: 60 }), (bytes) => {
        exhaust(Uint8Array.from(bytes), format);
      }),
      { numRuns: 10_000 },
    );
  });

  it('throws nothing but an ExpositionError, and ends, on documents with errors', () => {
    let entries = 0;
    fc.assert(
      fc.property(mutated, (bytes) => {
        entries += exhaust(bytes, format);
      }),
      { numRuns: 15_000 },
    );
    expect(entries).toBeGreaterThan(15_000);
  });

  const size = 5_000_000;
  const many = (part: string) => part.repeat(Math.ceil(size / part.length));
  it.each([
    ['one long name', `${many('a')} 1\n`],
    ['one long label value', `a{b="${many('x')}"} 1\n`],
    ['one label value of escapes', `a{b="${many('\\"')}"} 1\n`],
    ['one label value of backslashes', `a{b="${many('\\')}`],
    ['one label value in UTF-8', `a{b="${many('é')}"} 1\n`],
    ['one long number', `a ${many('1')} 1\n`],
    ['one long wrong number', `a ${many('1')}x 1\n`],
    ['one long timestamp', `a 1 ${many('1')}\n`],
    ['one long timestamp of zeros', `a 1 ${many('0')}1\n`],
    ['one long help', `# HELP a ${many('\\n')}\n`],
    ['one long type', `# TYPE a ${many('x')}\n`],
    ['one long comment', `# ${many('HELP ')}\n`],
    ['blanks', `a${many(' ')}1\n`],
    ['blanks inside a block', `a{${many(' \t')}} 1\n`],
    ['newlines', many('\n')],
    ['hashes', many('#\n')],
    ['opening braces', many('{')],
    ['quotes', `{${many('"')}`],
    ['commas', `a{${many(',')}} 1\n`],
    ['names without values', `{${many('"a",')}} 1\n`],
    ['zeros', many('\0')],
    ['continuation bytes', Buffer.alloc(size, 0x80)],
  ])('reads 5 MB: %s', (_, input) => {
    exhaust(typeof input === 'string' ? new TextEncoder().encode(input) : input, format);
  });

  it('reads a line with 100,000 labels', () => {
    const labels = Array.from({ length: 100_000 }, (_, i) => `label_${(i * 7919) % 100_000}="some value ${i}"`);
    const input = new TextEncoder().encode(`a{${labels.join(',')}} 1\n# EOF\n`);
    const parser = createExpositionParser(input, format);
    expect(parser.next()).toBe('series');
    const read = parser.labels();
    expect(read.size).toBe(100_001);
    expect(read.nameAt(1)).toBe('label_0');
    expect(read.nameAt(2)).toBe('label_1');
    expect(read.nameAt(100_000)).toBe('label_99999');
  });

  it('finds the line of an error after 200,000 lines', () => {
    const input = new TextEncoder().encode(`${'a 1\n'.repeat(200_000)}a x\n`);
    expect(() => parseExposition(input, '', format)).toThrow('line 200001, column 3: cannot read "x" as a number');
  });
});
