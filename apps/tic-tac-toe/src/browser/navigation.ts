import type { Cell } from '../game/board.ts';

/** Where a key moves the focus on the board; `undefined` for a key that does not move it. Edges are walls. */
export function focusAfter(key: string, cell: Cell, withControl: boolean): Cell | undefined {
  const row = Math.floor(cell / 3);
  const column = cell % 3;
  switch (key) {
    case 'ArrowLeft':
      return at(row, column - 1);
    case 'ArrowRight':
      return at(row, column + 1);
    case 'ArrowUp':
      return at(row - 1, column);
    case 'ArrowDown':
      return at(row + 1, column);
    case 'Home':
      return withControl ? at(0, 0) : at(row, 0);
    case 'End':
      return withControl ? at(2, 2) : at(row, 2);
    default:
      return undefined;
  }
}

function at(row: number, column: number): Cell {
  return within(row) * 3 + within(column);
}

function within(index: number): number {
  return Math.min(2, Math.max(0, index));
}
