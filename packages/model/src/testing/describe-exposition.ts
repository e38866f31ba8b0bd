import { ExpositionError } from '../errors.ts';
import type { ExpositionFormat } from '../exposition/content-type.ts';
import { createExpositionParser } from '../exposition/create-parser.ts';
import type { ExpositionParser } from '../exposition/parser.ts';
import { formatFloat } from '../numbers/format-float.ts';

/**
 * The entries of an exposition, one line each, for tests:
 *
 *     help name "text"
 *     type name counter
 *     {__name__="a", b="c"} 1.5 @1000 # {id="x"} 2 @3000
 *     error 1:3 bad_value cannot read "x" as a number
 */
export function describeExposition(input: string | Uint8Array, format: ExpositionFormat): string[] {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const parser = createExpositionParser(bytes, format);
  const lines: string[] = [];
  try {
    while (parser.next() !== 'eof') lines.push(describeEntry(parser));
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error;
    lines.push(`error ${error.line}:${error.column} ${error.code} ${error.reason}`);
  }
  return lines;
}

function describeEntry(parser: ExpositionParser): string {
  switch (parser.entry) {
    case 'help':
      return `help ${parser.familyName()} ${JSON.stringify(parser.help())}`;
    case 'type':
      return `type ${parser.familyName()} ${parser.metricType}`;
    case 'unit':
      return `unit ${parser.familyName()} ${JSON.stringify(parser.unit())}`;
    case 'comment':
      return `comment ${JSON.stringify(parser.comment())}`;
    case 'series':
      return describeSeries(parser);
    default:
      throw new Error(`BUG: no entry ${parser.entry}`);
  }
}

function describeSeries(parser: ExpositionParser): string {
  const exemplar = parser.exemplar();
  const series = `${parser.labels().toString()} ${describeValue(parser)}`;
  return exemplar ? `${series} # ${exemplar.labels.toString()} ${describeValue(exemplar)}` : series;
}

function describeValue({ value, timestampMs }: Pick<ExpositionParser, 'value' | 'timestampMs'>): string {
  return formatFloat(value) + (timestampMs === undefined ? '' : ` @${timestampMs}`);
}
