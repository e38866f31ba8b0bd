import { type Board, type Cell, isEmptyAt, type Mark, markAt } from './board.ts';
import { RuleError } from './errors.ts';
import { standingOf } from './standing.ts';

/**
 * The board after `player` has taken `cell`.
 *
 * @throws RuleError `game_over`, `not_your_turn`, `unknown_cell` or `cell_taken`, in this order of precedence
 */
export function playMove(board: Board, player: Mark, cell: Cell): Board {
  const standing = standingOf(board);
  if (standing.status === 'won') throw new RuleError('game_over', `The game is over: ${standing.winner} has won.`);
  if (standing.status === 'drawn') throw new RuleError('game_over', 'The game is over: it is a draw.');
  if (standing.next !== player) throw new RuleError('not_your_turn', `It is ${standing.next}'s turn, not ${player}'s.`);
  if (!isEmptyAt(board, cell)) throw refusal(board, cell);
  return withMark(board, player, cell);
}

/** Writes a mark without asking the rules; for a search that only visits empty squares of unfinished games. */
export function withMark(board: Board, mark: Mark, cell: Cell): Board {
  return (board.slice(0, cell) + mark + board.slice(cell + 1)) as Board;
}

function refusal(board: Board, cell: Cell): RuleError {
  const mark = markAt(board, cell);
  return mark === undefined
    ? new RuleError('unknown_cell', `There is no cell ${cell}: cells are numbered from 0 to 8, row by row.`)
    : new RuleError('cell_taken', `Cell ${cell} is taken by ${mark}.`);
}
