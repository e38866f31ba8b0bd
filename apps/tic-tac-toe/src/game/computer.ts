import type { Board, Cell } from './board.ts';
import { withMark } from './move.ts';
import { emptyCells, standingOf } from './standing.ts';

/** A number from 0 up to, not including, 1: `Math.random` or a seeded one. */
export type RandomSource = () => number;

/** Worth of each position to the player whose turn it is. Play reaches 5,478 positions, so this stays small. */
const worthOf = new Map<Board, number>();

/** The computer's move in an unfinished game: one of the best squares, picked by `random`. */
export function chooseCell(board: Board, random: RandomSource): Cell {
  const best = bestCells(board);
  return best[Math.floor(random() * best.length)];
}

/** All squares that are equally best: the quickest win there is, else a draw, else the latest loss. */
export function bestCells(board: Board): readonly Cell[] {
  const standing = standingOf(board);
  if (standing.status !== 'playing')
    throw new Error(`BUG: the computer was asked to move on a finished board ${board}`);
  const moves = emptyCells(board).map((cell) => ({ cell, worth: -worth(withMark(board, standing.next, cell)) }));
  const most = Math.max(...moves.map((move) => move.worth));
  return moves.filter((move) => move.worth === most).map((move) => move.cell);
}

/**
 * Exhaustive minimax. A draw is worth 0. A finished win is worth one more than the squares it leaves empty, so that a
 * quicker win is worth more and a later loss costs less.
 */
function worth(board: Board): number {
  const known = worthOf.get(board);
  if (known !== undefined) return known;
  const result = computeWorth(board);
  worthOf.set(board, result);
  return result;
}

function computeWorth(board: Board): number {
  const standing = standingOf(board);
  if (standing.status === 'drawn') return 0;
  const empty = emptyCells(board);
  if (standing.status === 'won') return -(empty.length + 1);
  return Math.max(...empty.map((cell) => -worth(withMark(board, standing.next, cell))));
}
