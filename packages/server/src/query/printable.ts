import { quoteGo } from '@hearth/model';

/** Characters that move the cursor, colour, hide or turn around what a terminal shows, or stand for no character. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;

/** A text of somebody else's for a cell of a table: in quotes and with escapes, if it could do something to a terminal. */
export function printableCell(text: string): string {
  return UNSAFE.test(text) ? quoteGo(text) : text;
}

const MAX_LINE_CHARACTERS = 1000;

/** A message of somebody else's, on one line that is not endless. */
export function printableLine(text: string): string {
  const start = text.slice(0, MAX_LINE_CHARACTERS);
  const line = start.replace(/\s+/g, ' ').replace(new RegExp(UNSAFE, 'gu'), '\u{fffd}').trim();
  return start === text ? line : `${line}…`;
}

const ASCII = /^[ -~]*$/;
const WIDE =
  /[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** How many columns of a terminal a printable text takes: East Asian characters and emoji two, combining marks none. */
export function columnsOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : /\p{M}/u.test(character) ? 0 : 1;
  return columns;
}
