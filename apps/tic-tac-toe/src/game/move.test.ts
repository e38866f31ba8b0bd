import { describe, expect, test } from 'vitest';
import { EMPTY_BOARD, type Mark, parseBoard } from './board.ts';
import { RuleError } from './errors.ts';
import { positionOf } from './messages.ts';
import { playMove } from './move.ts';
import { standingOf } from './standing.ts';

function play(board: string, player: Mark, cell: number): string {
  try {
    return playMove(parseBoard(board), player, cell);
  } catch (error) {
    if (error instanceof RuleError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

describe('playMove', () => {
  test.each([
    ['.........', 'X', 4, '....X....'],
    ['....X....', 'O', 0, 'O...X....'],
    ['XOXXOO.XO', 'X', 6, 'XOXXOOXXO'],
    ['....X....', 'O', 4, 'cell_taken: Cell 4 is taken by X.'],
    ['....X....', 'X', 0, "not_your_turn: It is O's turn, not X's."],
    ['....X....', 'O', 9, 'unknown_cell: There is no cell 9: cells are numbered from 0 to 8, row by row.'],
    ['....X....', 'O', 0.5, 'unknown_cell: There is no cell 0.5: cells are numbered from 0 to 8, row by row.'],
    ['XXXOO....', 'O', 8, 'game_over: The game is over: X has won.'],
    ['XOXXOOOXX', 'O', 8, 'game_over: The game is over: it is a draw.'],
  ] as const)('on %s, %s takes %d: %s', (board, player, cell, result) => {
    expect(play(board, player, cell)).toBe(result);
  });

  test('leaves the board it was given alone', () => {
    playMove(EMPTY_BOARD, 'X', 0);
    expect(EMPTY_BOARD).toBe('.........');
  });
});

describe('standingOf and positionOf', () => {
  test('a game under way', () => {
    expect(standingOf(parseBoard('X........'))).toEqual({ status: 'playing', next: 'O' });
    expect(positionOf(parseBoard('X...O....'), 4)).toEqual({
      board: 'X...O....',
      status: 'playing',
      winner: null,
      line: null,
      next: 'X',
      reply: 4,
    });
  });

  test('a win on the last square is a win, not a draw', () => {
    expect(positionOf(parseBoard('XOXXOOXXO'), null)).toEqual({
      board: 'XOXXOOXXO',
      status: 'won',
      winner: 'X',
      line: [0, 3, 6],
      next: null,
      reply: null,
    });
  });

  test('a draw', () => {
    expect(positionOf(parseBoard('XOXXOOOXX'), null)).toEqual({
      board: 'XOXXOOOXX',
      status: 'drawn',
      winner: null,
      line: null,
      next: null,
      reply: null,
    });
  });
});
