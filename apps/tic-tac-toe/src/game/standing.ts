import { type Board, CELLS, type Cell, isEmptyAt, type Mark, markToMove, winningLine } from './board.ts';

/** How a game stands. */
export type Standing =
  | { readonly status: 'playing'; readonly next: Mark }
  | { readonly status: 'won'; readonly winner: Mark; readonly line: readonly Cell[] }
  | { readonly status: 'drawn' };

export function standingOf(board: Board): Standing {
  const won = winningLine(board);
  if (won !== undefined) return { status: 'won', ...won };
  if (emptyCells(board).length === 0) return { status: 'drawn' };
  return { status: 'playing', next: markToMove(board) };
}

export function emptyCells(board: Board): readonly Cell[] {
  return CELLS.filter((cell) => isEmptyAt(board, cell));
}
