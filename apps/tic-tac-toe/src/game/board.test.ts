import { describe, expect, test } from 'vitest';
import { isEmptyAt, markAt, markToMove, parseBoard, winningLine } from './board.ts';
import { RuleError } from './errors.ts';

function refusalOf(text: string): string {
  try {
    parseBoard(text);
  } catch (error) {
    if (error instanceof RuleError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('parseBoard', () => {
  test.each([
    '.........',
    'X........',
    'X.O......',
    'XXXOO....',
    'OOOXX.X..',
    'XOXXOOOXX',
    'XXXXOOXOO', // one move that completes two lines
  ])('accepts %s', (text) => {
    expect(parseBoard(text)).toBe(text);
  });

  test.each([
    ['', 'malformed_board: A board is nine characters, each X, O or "." for an empty square.'],
    ['........', 'malformed_board: A board is nine characters, each X, O or "." for an empty square.'],
    ['..........', 'malformed_board: A board is nine characters, each X, O or "." for an empty square.'],
    ['.........\n', 'malformed_board: A board is nine characters, each X, O or "." for an empty square.'],
    ['x........', 'malformed_board: A board is nine characters, each X, O or "." for an empty square.'],
    ['O........', 'impossible_board: X begins and turns alternate, but the board has 0 X and 1 O.'],
    ['XX.......', 'impossible_board: X begins and turns alternate, but the board has 2 X and 0 O.'],
    ['XXXOO.O..', 'impossible_board: X has three in a row, but the board shows a move after that.'],
    ['OOOXX.XX.', 'impossible_board: O has three in a row, but the board shows a move after that.'],
    ['XXXOOO...', 'impossible_board: X has three in a row, but the board shows a move after that.'],
  ])('refuses %j', (text, refusal) => {
    expect(refusalOf(text)).toBe(refusal);
  });
});

describe('reading a board', () => {
  const board = parseBoard('XO.......');

  test('marks, empty squares and squares that do not exist', () => {
    expect([markAt(board, 0), markAt(board, 1), markAt(board, 2), markAt(board, 9)]).toEqual([
      'X',
      'O',
      undefined,
      undefined,
    ]);
    expect([isEmptyAt(board, 1), isEmptyAt(board, 2), isEmptyAt(board, 9), isEmptyAt(board, -1)]).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  test('the turn follows from the counts', () => {
    expect(markToMove(board)).toBe('X');
    expect(markToMove(parseBoard('X........'))).toBe('O');
  });

  test.each([
    ['XXXOO....', 'X', [0, 1, 2]],
    ['XX.OOOX..', 'O', [3, 4, 5]],
    ['OO....XXX', 'X', [6, 7, 8]],
    ['X.OX.OX..', 'X', [0, 3, 6]],
    ['.XO.XO.X.', 'X', [1, 4, 7]],
    ['X.OX.O.XO', 'O', [2, 5, 8]],
    ['X.O.XO..X', 'X', [0, 4, 8]],
    ['X.OXO.O.X', 'O', [2, 4, 6]],
  ])('%s is won by %s', (text, winner, line) => {
    expect(winningLine(text)).toEqual({ winner, line });
  });

  test('no line, no winner', () => {
    expect(winningLine('XOXXOOOXX')).toBeUndefined();
  });
});
