import type { Paint } from '../terminal/paint.ts';
import { columnsOf } from './printable.ts';

const GAP = '  ';

export interface Column {
  readonly heading: string;
  readonly align: 'left' | 'right';
}

/** Lines with aligned cells below their headings. A cell after the last column stands as it is behind its row. */
export function drawTable(columns: readonly Column[], rows: readonly (readonly string[])[], paint: Paint): string[] {
  const widths = widthsOf(columns, rows);
  const draw = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i < columns.length ? pad(cell, columns[i], widths[i]) : cell))
      .join(GAP)
      .trimEnd();
  return [paint.strong(draw(columns.map(({ heading }) => heading))), ...rows.map(draw)];
}

/** How wide the columns are with the gaps behind them. */
export function widthOfTable(columns: readonly Column[], rows: readonly (readonly string[])[]): number {
  return widthsOf(columns, rows).reduce((sum, width) => sum + width + GAP.length, 0);
}

function widthsOf(columns: readonly Column[], rows: readonly (readonly string[])[]): number[] {
  const widths = columns.map(({ heading }) => columnsOf(heading));
  for (const row of rows) {
    for (let i = 0; i < columns.length; i++) widths[i] = Math.max(widths[i], columnsOf(row[i]));
  }
  return widths;
}

function pad(cell: string, { align }: Column, width: number): string {
  const spaces = ' '.repeat(width - columnsOf(cell));
  return align === 'left' ? cell + spaces : spaces + cell;
}
