import { describe, expect, it } from 'vitest';
import { ExpositionError } from '../errors.ts';
import { SymbolTable } from '../labels/symbol-table.ts';
import type { ExpositionFormat } from './content-type.ts';
import { createExpositionParser } from './create-parser.ts';
import type { ExpositionParser } from './parser.ts';

const FORMATS: readonly ExpositionFormat[] = ['prometheus-text', 'openmetrics'];

function parserOf(text: string, format: ExpositionFormat): ExpositionParser {
  return createExpositionParser(new TextEncoder().encode(text), format);
}

describe.each(FORMATS)('a parser of %s', (format) => {
  it('gives the bytes of a series as they stand in the input', () => {
    const text = '# HELP a b\na{b="c",} 1\n{"d"} 2 3\ne 4\n# EOF\n';
    const bytes = Buffer.from(text);
    const parser = createExpositionParser(bytes, format);
    const seen: string[] = [];
    for (let entry = parser.next(); entry !== 'eof'; entry = parser.next()) {
      if (entry !== 'series') continue;
      seen.push(new TextDecoder().decode(parser.seriesBytes()));
      expect(bytes.subarray(parser.seriesStart, parser.seriesEnd).equals(parser.seriesBytes())).toBe(true);
      expect(parser.seriesBytes().buffer).toBe(bytes.buffer);
    }
    expect(seen).toEqual(['a{b="c",}', '{"d"}', 'e']);
  });

  it('reads a part of a larger buffer', () => {
    const buffer = new TextEncoder().encode('xxa 1\n# EOF\nyy');
    const parser = createExpositionParser(buffer.subarray(2, buffer.length - 2), format);
    expect(parser.next()).toBe('series');
    expect(parser.labels().toMetricString()).toBe('a');
    expect([parser.seriesStart, parser.seriesEnd]).toEqual([0, 1]);
  });

  it('shares names and values through a symbol table', () => {
    const symbols = new SymbolTable();
    const parser = parserOf('a{b="c"} 1\na{b="d",c="c"} 1\n# EOF\n', format);
    while (parser.next() !== 'eof') if (parser.entry === 'series') parser.labels(symbols);
    expect(symbols.size).toBe(['a', 'b', 'c', 'd'].length);
  });

  it('stays at the end', () => {
    const parser = parserOf('a 1\n# EOF\n', format);
    while (parser.next() !== 'eof');
    expect(parser.next()).toBe('eof');
    expect(parser.entry).toBe('eof');
  });

  it('throws its error again', () => {
    const parser = parserOf('a 1\na x\na 2\n', format);
    expect(parser.next()).toBe('series');
    const errors = [0, 1].map(() => {
      try {
        return parser.next();
      } catch (error) {
        return error;
      }
    });
    expect(errors[0]).toBeInstanceOf(ExpositionError);
    expect(errors[0]).toMatchObject({ line: 2, column: 3 });
    expect(errors[1]).toBe(errors[0]);
    expect(parser.entry).toBeUndefined();
  });

  it('goes on after labels that are not unique', () => {
    const parser = parserOf('a{b="1",b="2"} 1\na 2\n# EOF\n', format);
    parser.next();
    expect(() => parser.labels()).toThrow(ExpositionError);
    expect(parser.next()).toBe('series');
    expect(parser.value).toBe(2);
  });

  it('has a bug where it is asked for what the entry has not', () => {
    const parser = parserOf('# HELP a b\na 1\n# EOF\n', format);
    expect(() => parser.labels()).toThrow('BUG: asked for what only series has, on no entry');
    parser.next();
    expect(() => parser.seriesBytes()).toThrow('BUG: asked for what only series has, on help');
    expect(() => parser.exemplar()).toThrow('BUG: asked for what only series has, on help');
    expect(() => parser.comment()).toThrow('BUG: asked for what only comment has, on help');
    expect(() => parser.unit()).toThrow('BUG: asked for what only unit has, on help');
    parser.next();
    expect(() => parser.help()).toThrow('BUG: asked for what only help has, on series');
    expect(() => parser.familyName()).toThrow('BUG: asked for what only help, type, unit has, on series');
  });
});
