import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Board, EMPTY_BOARD, type Mark, markToMove, otherMark, parseBoard, winningLine } from './board.ts';
import { bestCells, chooseCell } from './computer.ts';
import { playMove } from './move.ts';
import { emptyCells, standingOf } from './standing.ts';

/** Visits every board that can come about when `movesFor` lists the moves to be tried on each unfinished one. */
function visit(board: Board, movesFor: (board: Board, next: Mark) => readonly number[], seen: Set<Board>): Set<Board> {
  if (seen.has(board)) return seen;
  seen.add(board);
  const standing = standingOf(board);
  if (standing.status !== 'playing') return seen;
  for (const cell of movesFor(board, standing.next)) visit(playMove(board, standing.next, cell), movesFor, seen);
  return seen;
}

const everyBoard = [...visit(EMPTY_BOARD, emptyCells, new Set())];
const unfinishedBoards = everyBoard.filter((board) => standingOf(board).status === 'playing');

interface Outcome {
  readonly result: 'won' | 'drawn' | 'lost';
  readonly moves: number;
}

/** An independent judge, without memory: how the game ends for `me`, and when, if both play as well as they can. */ function judge(
  board: Board,
  me: Mark,
): Outcome {
  const line = winningLine(board);
  if (line !== undefined) return { result: line.winner === me ? 'won' : 'lost', moves: 0 };
  const standing = standingOf(board);
  if (standing.status !== 'playing') return { result: 'drawn', moves: 0 };
  const mine = standing.next === me;
  const outcomes = emptyCells(board).map((cell) => judge(playMove(board, standing.next, cell), me));
  const best = outcomes.reduce((a, b) => ((mine ? isBetter(b, a) : isBetter(a, b)) ? b : a));
  return { result: best.result, moves: best.moves + 1 };
}

function isBetter(a: Outcome, b: Outcome): boolean {
  const rank = { won: 2, drawn: 1, lost: 0 };
  if (a.result !== b.result) return rank[a.result] > rank[b.result];
  if (a.result === 'won') return a.moves < b.moves;
  return a.result === 'lost' && a.moves > b.moves;
}

describe('the computer', () => {
  test('play reaches 5,478 boards, 4,520 of them unfinished', () => {
    expect([everyBoard.length, unfinishedBoards.length]).toEqual([5478, 4520]);
  });

  test.each(['X', 'O'] as const)('never loses as %s, whatever it and its opponent choose', (computer) => {
    const boards = visit(
      EMPTY_BOARD,
      (board, next) => (next === computer ? bestCells(board) : emptyCells(board)),
      new Set(),
    );
    const winners = [...boards].map((board) => winningLine(board)?.winner);
    expect(winners).not.toContain(otherMark(computer));
    expect(winners).toContain(computer);
  });

  test('from any position at all, its moves are exactly the best ones', () => {
    fc.assert(
      fc.property(fc.constantFrom(...unfinishedBoards), (board) => {
        const next = markToMove(board);
        const outcomes = emptyCells(board).map((cell) => ({ cell, outcome: judge(playMove(board, next, cell), next) }));
        const best = outcomes.filter((a) => !outcomes.some((b) => isBetter(b.outcome, a.outcome)));
        expect(bestCells(board)).toEqual(best.map(({ cell }) => cell));
      }),
      { numRuns: 300, examples: [[parseBoard('....X....')]] },
    );
  });

  test.each([
    ['XX.OO....', [2], 'wins at once rather than later'],
    ['XX.O.....', [2], 'stops three in a row'],
    ['X...O...X', [1, 3, 5, 7], 'answers two corners with a side, any of the four'],
    ['....X....', [0, 2, 6, 8], 'answers the centre with a corner'],
    ['X........', [4], 'answers a corner with the centre'],
    ['XX.XOO.O.', [2, 6], 'takes either of two wins'],
    ['OX.X.X..O', [4], 'takes the win that also blocks'],
  ])('on %s it plays %j: it %s', (board, cells) => {
    expect(bestCells(parseBoard(board))).toEqual(cells);
  });

  test('the random source picks among the equally good', () => {
    const board = parseBoard('....X....');
    expect([0, 0.25, 0.5, 0.999].map((number) => chooseCell(board, () => number))).toEqual([0, 2, 6, 8]);
  });

  test('a finished board is a mistake of the caller', () => {
    expect(() => bestCells(parseBoard('XXXOO....'))).toThrow(
      'BUG: the computer was asked to move on a finished board XXXOO....',
    );
  });
});
