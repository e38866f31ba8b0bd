import { describe, expect, test } from 'vitest';
import { parseBoard } from '../game/board.ts';
import type { Failure } from './api.ts';
import {
  askAgain,
  chooseCell,
  createSession,
  type GameChoice,
  markOf,
  repeatableQuestion,
  type Seat,
  type Session,
  scoreOf,
  seatOf,
  startGame,
  unconfirmedMove,
  withAnswer,
  withFailure,
} from './session.ts';

const AGAINST_COMPUTER: GameChoice = { opponent: 'computer', beginner: 0 };
const COMPUTER_BEGINS: GameChoice = { opponent: 'computer', beginner: 1 };
const TWO_PEOPLE: GameChoice = { opponent: 'person', beginner: 0 };
const UNREACHABLE: Failure = { kind: 'unreachable' };

function answered(session: Session, board: string, reply?: number): Session {
  return withAnswer(session, { board: parseBoard(board), reply });
}

describe('a new session', () => {
  test('waits for the first move of who begins', () => {
    expect(createSession(AGAINST_COMPUTER)).toEqual({
      opponent: 'computer',
      beginner: 0,
      board: '.........',
      reply: undefined,
      question: undefined,
      trouble: undefined,
      scores: { computer: { wins: [0, 0], draws: 0 }, person: { wins: [0, 0], draws: 0 } },
    });
  });

  test('asks for an opening when the computer begins', () => {
    expect(createSession(COMPUTER_BEGINS).question).toEqual({ kind: 'opening' });
    expect(createSession({ opponent: 'person', beginner: 1 }).question).toBeUndefined();
  });
});

describe('choosing a square', () => {
  test('asks the server and shows the move meanwhile', () => {
    const session = chooseCell(createSession(AGAINST_COMPUTER), 4);
    expect(session.question).toEqual({
      kind: 'move',
      move: { board: '.........', player: 'X', cell: 4, opponent: 'computer' },
    });
    expect(unconfirmedMove(session)).toEqual({ cell: 4, mark: 'X' });
    expect(session.board).toBe('.........');
  });

  test('takes turns between two people', () => {
    const session = chooseCell(answered(chooseCell(createSession(TWO_PEOPLE), 4), '....X....'), 0);
    expect(session.question).toEqual({
      kind: 'move',
      move: { board: '....X....', player: 'O', cell: 0, opponent: 'person' },
    });
  });

  test('does nothing while the server is being asked', () => {
    const asking = chooseCell(createSession(AGAINST_COMPUTER), 4);
    expect(chooseCell(asking, 5)).toBe(asking);
  });

  test('does not ask for a square that is taken', () => {
    const session = chooseCell(answered(createSession(TWO_PEOPLE), '....X....'), 4);
    expect([session.question, session.trouble]).toEqual([undefined, { kind: 'cell_taken' }]);
  });

  test('does not ask when the game is over', () => {
    const session = chooseCell(answered(createSession(TWO_PEOPLE), 'XXXOO....'), 8);
    expect([session.question, session.trouble]).toEqual([undefined, { kind: 'game_over' }]);
  });

  test('does not move for a computer that could not open', () => {
    const stuck = withFailure(createSession(COMPUTER_BEGINS), UNREACHABLE);
    expect(chooseCell(stuck, 4)).toBe(stuck);
    expect(askAgain(stuck).question).toEqual({ kind: 'opening' });
  });
});

describe('an answer', () => {
  test('clears the question and any trouble, and remembers the computer’s move', () => {
    const session = answered(chooseCell(createSession(AGAINST_COMPUTER), 4), 'O...X....', 0);
    expect(session).toMatchObject({ board: 'O...X....', reply: 0, question: undefined, trouble: undefined });
    expect(unconfirmedMove(session)).toBeUndefined();
  });

  test.each([
    ['XXXOO....', 0, { wins: [1, 0], draws: 0 }],
    ['XXXOO....', 1, { wins: [0, 1], draws: 0 }],
    ['OOOXX.X..', 0, { wins: [0, 1], draws: 0 }],
    ['XOXXOOOXX', 0, { wins: [0, 0], draws: 1 }],
    ['X........', 0, { wins: [0, 0], draws: 0 }],
  ])('%s, begun by seat %d, scores %j', (board, beginner, score) => {
    const session = answered(createSession({ opponent: 'person', beginner: beginner as Seat }), board);
    expect(scoreOf(session)).toEqual(score);
  });

  test('scores add up over games and are kept apart by opponent', () => {
    const first = answered(createSession(TWO_PEOPLE), 'XXXOO....');
    const second = answered(startGame(first, TWO_PEOPLE), 'XXXOO....');
    const third = answered(startGame(second, AGAINST_COMPUTER), 'OOOXX.X..');
    expect(third.scores).toEqual({ person: { wins: [2, 0], draws: 0 }, computer: { wins: [0, 1], draws: 0 } });
  });
});

describe('a failure', () => {
  const asking = chooseCell(createSession(AGAINST_COMPUTER), 4);

  test.each([
    [UNREACHABLE, true],
    [{ kind: 'unintelligible', status: 502 }, true],
    [{ kind: 'refused', status: 429, detail: 'too fast', retryAfterSeconds: 3 }, true],
    [{ kind: 'refused', status: 500, detail: 'broken', retryAfterSeconds: undefined }, true],
    [{ kind: 'refused', status: 409, detail: 'no', retryAfterSeconds: undefined }, false],
  ] as const)('%j can be tried again: %s', (failure, again) => {
    const failed = withFailure(asking, failure);
    expect(failed.board).toBe('.........');
    expect(repeatableQuestion(failed)).toEqual(again ? asking.question : undefined);
    expect(unconfirmedMove(failed)).toEqual(again ? { cell: 4, mark: 'X' } : undefined);
    expect(askAgain(failed).question).toEqual(again ? asking.question : undefined);
  });

  test('leaves the player free to choose another square', () => {
    expect(unconfirmedMove(chooseCell(withFailure(asking, UNREACHABLE), 0))).toEqual({ cell: 0, mark: 'X' });
  });

  test('without a question is a mistake', () => {
    expect(() => withFailure(createSession(AGAINST_COMPUTER), UNREACHABLE)).toThrow('BUG: an answer arrived');
  });
});

test('seats and marks belong together: the beginner has X', () => {
  expect([markOf(AGAINST_COMPUTER, 0), markOf(AGAINST_COMPUTER, 1)]).toEqual(['X', 'O']);
  expect([markOf(COMPUTER_BEGINS, 0), markOf(COMPUTER_BEGINS, 1)]).toEqual(['O', 'X']);
  for (const choice of [AGAINST_COMPUTER, COMPUTER_BEGINS]) {
    for (const seat of [0, 1] as const) expect(seatOf(choice, markOf(choice, seat))).toBe(seat);
  }
});
