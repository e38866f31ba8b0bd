import { describe, expect, test } from 'vitest';
import { parseBoard } from '../game/board.ts';
import type { Failure } from './api.ts';
import { chooseCell, createSession, type GameChoice, type Session, withAnswer, withFailure } from './session.ts';
import { cellLabel, messageOf, seatName } from './words.ts';

const YOU: GameChoice = { opponent: 'computer', beginner: 0 };
const COMPUTER: GameChoice = { opponent: 'computer', beginner: 1 };
const PLAYER_1: GameChoice = { opponent: 'person', beginner: 0 };
const PLAYER_2: GameChoice = { opponent: 'person', beginner: 1 };

function at(choice: GameChoice, board: string, reply?: number): Session {
  return withAnswer(createSession(choice), { board: parseBoard(board), reply });
}

function say(session: Session, slow = false): string {
  const { tone, text } = messageOf(session, slow);
  return `${tone}: ${text}`;
}

describe('how the game stands', () => {
  test.each([
    [createSession(YOU), 'plain: Your turn. You play X.'],
    [createSession(COMPUTER), 'plain: The computer begins. You play O.'],
    [at(COMPUTER, '....X....', 4), 'plain: The computer took row 2, column 2. Your turn with O.'],
    [at(YOU, 'O...X....', 0), 'plain: The computer took row 1, column 1. Your turn with X.'],
    [at(YOU, 'OOOXX.X..', 2), 'joy: The computer wins this one. Another?'],
    [at(COMPUTER, 'XXXOO....', 2), 'joy: The computer wins this one. Another?'],
    [at(YOU, 'XXXOO....'), 'joy: You win! That was not supposed to be possible.'],
    [at(YOU, 'XOXXOOOXX'), 'joy: A draw. Well held!'],
    [createSession(PLAYER_1), 'plain: Player 1, it is your turn with X.'],
    [createSession(PLAYER_2), 'plain: Player 2, it is your turn with X.'],
    [at(PLAYER_2, '....X....'), 'plain: Player 1, it is your turn with O.'],
    [at(PLAYER_2, 'XXXOO....'), 'joy: Player 2 wins with X!'],
    [at(PLAYER_1, 'OOOXX.X..'), 'joy: Player 2 wins with O!'],
    [at(PLAYER_1, 'XOXXOOOXX'), 'joy: A draw. Nobody gave way.'],
  ])('%#: %s', (session, message) => {
    expect(say(session)).toBe(message);
  });
});

describe('waiting', () => {
  const asking = chooseCell(createSession(YOU), 4);

  test('is worth a word only when it takes long', () => {
    expect(say(asking)).toBe('plain: Your turn. You play X.');
    expect(say(asking, true)).toBe('hint: Waiting for the server…');
  });
});

describe('a wish that cannot be fulfilled', () => {
  test('by the rules', () => {
    expect(say(chooseCell(at(YOU, 'O...X....', 0), 0))).toBe('hint: That square is taken. Pick an empty one.');
    expect(say(chooseCell(at(YOU, 'XXXOO....'), 8))).toBe('hint: This game is over. Start a new one!');
  });

  test.each<[Failure, string]>([
    [{ kind: 'unreachable' }, 'trouble: The server cannot be reached. Nothing is lost.'],
    [{ kind: 'unintelligible', status: 502 }, "trouble: The server's answer (502) made no sense."],
    [
      { kind: 'refused', status: 429, detail: '', retryAfterSeconds: 7 },
      'trouble: That was quick! Please wait 7 seconds.',
    ],
    [
      { kind: 'refused', status: 429, detail: '', retryAfterSeconds: 1 },
      'trouble: That was quick! Please wait 1 second.',
    ],
    [
      { kind: 'refused', status: 429, detail: '', retryAfterSeconds: undefined },
      'trouble: That was quick! Please wait a moment.',
    ],
    [
      { kind: 'refused', status: 500, detail: '', retryAfterSeconds: undefined },
      'trouble: The server has a problem of its own (500).',
    ],
    [
      { kind: 'refused', status: 409, detail: 'Cell 4 is taken by X.', retryAfterSeconds: undefined },
      'trouble: The server refused the move: Cell 4 is taken by X.',
    ],
  ])('by the server: %j', (failure, message) => {
    expect(say(withFailure(chooseCell(createSession(YOU), 4), failure))).toBe(message);
  });
});

test('squares are named for those who do not see them', () => {
  expect(cellLabel(5, undefined, false)).toBe('row 2, column 3, empty');
  expect(cellLabel(6, 'O', false)).toBe('row 3, column 1, O');
  expect(cellLabel(0, 'X', true)).toBe('row 1, column 1, X, on the winning line');
});

test('who sits where', () => {
  expect([seatName(YOU, 0), seatName(YOU, 1), seatName(PLAYER_1, 0), seatName(PLAYER_1, 1)]).toEqual([
    'You',
    'Computer',
    'Player 1',
    'Player 2',
  ]);
});
