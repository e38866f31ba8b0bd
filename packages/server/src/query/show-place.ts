import { ParseError, parseExpression } from '@hearth/promql';
import { columnsOf } from './printable.ts';

const PLACE = /(?:^|\s)(\d{1,7}):(\d{1,7}): parse error: /;
const INDENT = '    ';
const ASCII = /^[\0-~]*$/;

/** How much of a long line is shown on each side of the place. */
const SHOWN_CHARACTERS = 60;

/**
 * The line of the query that an error's message is about, and below it a caret at the place that the message names as
 * `line:column`. Nothing, where it names none.
 */
export function showPlace(query: string, message: string): readonly string[] {
  const found = PLACE.exec(message);
  if (found === null) return [];
  const lineNumber = Number(found[1]);
  const line = query.split('\n')[lineNumber - 1];
  if (line === undefined) return [];
  const before = beforeColumn(line, Number(found[2]), () => tryColumn(query, lineNumber));
  const after = line.slice(before.length);
  const start = before.length > SHOWN_CHARACTERS ? `…${before.slice(-SHOWN_CHARACTERS)}` : before;
  const end = after.length > SHOWN_CHARACTERS ? `${after.slice(0, SHOWN_CHARACTERS)}…` : after;
  return [`${INDENT}${start}${end}`, `${INDENT}${blanksFor(start)}^`];
}

/** What stands before a column. Prometheus counts bytes, Hearth characters: beyond ASCII our own parser decides. */
function beforeColumn(line: string, column: number, ownColumn: () => number | undefined): string {
  if (ASCII.test(line)) return line.slice(0, column - 1);
  const characters = ownColumn();
  if (characters !== undefined) {
    return Array.from(line)
      .slice(0, characters - 1)
      .join('');
  }
  let before = '';
  for (const character of line) {
    if (Buffer.byteLength(before) >= column - 1) break;
    before += character;
  }
  return before;
}

/** As wide as the text. */
function blanksFor(text: string): string {
  return Array.from(text, (character) => (character === '\t' ? '\t' : ' '.repeat(columnsOf(character)))).join('');
}

function tryColumn(query: string, line: number): number | undefined {
  try {
    parseExpression(query);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return error.line === line ? error.column : undefined;
  }
  return undefined;
}
