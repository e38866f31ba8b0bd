import type { Paint } from '../terminal/paint.ts';
import type { Row } from './row.ts';

const GAP = '   ';

/** A row with its place in the tree drawn in front of its name. */
interface Line {
  readonly cells: readonly [what: string, where: string, metricsOrNote: string];
  readonly styles: readonly [Style, Style, Style];
}

type Style = keyof Paint | 'plain';

export interface TableOptions {
  readonly paint: Paint;
  /** No line is wider; what does not fit ends in `…`. */
  readonly maxWidth: number;
}

/** Draws the rows and their parts as lines of text with aligned columns. */
export function renderTable(rows: readonly Row[], options: TableOptions): readonly string[] {
  const heading: Line = { cells: ['What', 'Where', 'Metrics'], styles: ['faint', 'faint', 'faint'] };
  const lines = [heading, ...rows.flatMap((row) => [toLine(row, ''), ...partLines(row)])];
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line.cells[column].length)));
  return lines.map((line) => renderLine(line, widths, options));
}

function partLines({ parts = [] }: Row): readonly Line[] {
  return parts.map((part, index) => toLine(part, index < parts.length - 1 ? '├ ' : '└ '));
}

function toLine({ what, where, metrics, note = '' }: Row, branch: string): Line {
  return {
    cells: [branch + what, where, metrics ?? note],
    styles: [branch === '' ? 'strong' : 'plain', 'link', metrics === undefined ? 'faint' : 'link'],
  };
}

function renderLine({ cells, styles }: Line, widths: readonly number[], { paint, maxWidth }: TableOptions): string {
  let room = maxWidth;
  let text = '';
  let spaces = '';
  cells.forEach((cell, column) => {
    const visible = fit(cell, room - spaces.length);
    if (visible === '') return;
    const style = styles[column];
    text += spaces + (style === 'plain' ? visible : paint[style](visible));
    room -= spaces.length + visible.length;
    spaces = ' '.repeat(widths[column] - cell.length) + GAP;
  });
  return text;
}

function fit(text: string, width: number): string {
  if (text.length <= width) return text;
  return width <= 0 ? '' : `${text.slice(0, width - 1)}…`;
}
