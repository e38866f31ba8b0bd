import { RuleError } from './errors.ts';

export type Mark = 'X' | 'O';

/** A square of the board, numbered row by row: 0 is the top left corner, 8 the bottom right one. */
export type Cell = number;

declare const checked: unique symbol;

/**
 * Nine characters, row by row: `X`, `O`, or `.` for an empty square. X always begins.
 * Only `parseBoard` and the moves of this folder make one, so a `Board` is always a position that play can reach.
 */
export type Board = string & { readonly [checked]: true };

export const CELLS: readonly Cell[] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

export const EMPTY_BOARD = '.........' as Board;

/** The outer shape of a board, as an ECMA 262 pattern: what a JSON schema can check. */
export const BOARD_PATTERN = '^[XO.]{9}$';

const LINES: readonly (readonly [Cell, Cell, Cell])[] = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
  [0, 3, 6],
  [1, 4, 7],
  [2, 5, 8],
  [0, 4, 8],
  [2, 4, 6],
];

const boardShape = new RegExp(BOARD_PATTERN);

/**
 * Reads a board and checks that it can come about in play.
 *
 * @throws RuleError `malformed_board` or `impossible_board`
 */
export function parseBoard(text: string): Board {
  if (!boardShape.test(text)) {
    throw new RuleError('malformed_board', 'A board is nine characters, each X, O or "." for an empty square.');
  }
  const crosses = countMarks(text, 'X');
  const noughts = countMarks(text, 'O');
  if (crosses !== noughts && crosses !== noughts + 1) {
    throw new RuleError(
      'impossible_board',
      `X begins and turns alternate, but the board has ${crosses} X and ${noughts} O.`,
    );
  }
  const winner = winningLine(text)?.winner;
  if (winner !== undefined && winner !== (crosses > noughts ? 'X' : 'O')) {
    throw new RuleError('impossible_board', `${winner} has three in a row, but the board shows a move after that.`);
  }
  return text as Board;
}

/** The mark on a square, or `undefined` when it is empty. */
export function markAt(board: Board, cell: Cell): Mark | undefined {
  const character = board[cell];
  return character === 'X' || character === 'O' ? character : undefined;
}

export function isEmptyAt(board: Board, cell: Cell): boolean {
  return board[cell] === '.';
}

export function otherMark(mark: Mark): Mark {
  return mark === 'X' ? 'O' : 'X';
}

/** Whose turn it would be if the game went on. */
export function markToMove(board: Board): Mark {
  return countMarks(board, 'X') === countMarks(board, 'O') ? 'X' : 'O';
}

/** The first line, rows before columns before diagonals, that holds three equal marks. */
export function winningLine(board: string): { readonly winner: Mark; readonly line: readonly Cell[] } | undefined {
  for (const line of LINES) {
    const [a, b, c] = line;
    const mark = board[a];
    if (mark !== '.' && mark === board[b] && mark === board[c]) return { winner: mark as Mark, line };
  }
  return undefined;
}

function countMarks(board: string, mark: Mark): number {
  return CELLS.reduce((count, cell) => (board[cell] === mark ? count + 1 : count), 0);
}
