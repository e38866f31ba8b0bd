import { type Board, type Cell, EMPTY_BOARD, isEmptyAt, type Mark, otherMark } from '../game/board.ts';
import type { Opponent } from '../game/messages.ts';
import { type Standing, standingOf } from '../game/standing.ts';
import type { Answer, Failure, Question } from './api.ts';

/** 0 sits at the screen; 1 is the computer, or the second person. */
export type Seat = 0 | 1;

export interface Score {
  readonly wins: readonly [number, number];
  readonly draws: number;
}

/** Why the last wish was not fulfilled. */
export type Trouble =
  | { readonly kind: 'cell_taken' | 'game_over' }
  | { readonly kind: 'unanswered'; readonly question: Question; readonly failure: Failure };

/** Everything the page shows. Each function below returns a new one. */
export interface Session {
  readonly opponent: Opponent;
  /** The beginner plays X. */
  readonly beginner: Seat;
  /** The board as the server last confirmed it. */
  readonly board: Board;
  /** The computer's latest move in this game. */
  readonly reply: Cell | undefined;
  /** What the server is being asked at the moment; until it has answered nothing else can be done on the board. */
  readonly question: Question | undefined;
  readonly trouble: Trouble | undefined;
  readonly scores: Readonly<Record<Opponent, Score>>;
}

export interface GameChoice {
  readonly opponent: Opponent;
  readonly beginner: Seat;
}

const NO_SCORE: Score = { wins: [0, 0], draws: 0 };

export function createSession(choice: GameChoice): Session {
  return startGame({ scores: { computer: NO_SCORE, person: NO_SCORE } }, choice);
}

/** A fresh board; the scores stay. */
export function startGame({ scores }: Pick<Session, 'scores'>, { opponent, beginner }: GameChoice): Session {
  const computerBegins = opponent === 'computer' && beginner === 1;
  return {
    opponent,
    beginner,
    board: EMPTY_BOARD,
    reply: undefined,
    question: computerBegins ? { kind: 'opening' } : undefined,
    trouble: undefined,
    scores,
  };
}

/** Asks for a square: becomes a question to the server, or a word to the player when the rules forbid it. */
export function chooseCell(session: Session, cell: Cell): Session {
  if (session.question !== undefined) return session;
  const standing = standingOf(session.board);
  if (standing.status !== 'playing') return { ...session, trouble: { kind: 'game_over' } };
  if (!isEmptyAt(session.board, cell)) return { ...session, trouble: { kind: 'cell_taken' } };
  if (isUnopened(session)) return session;
  const { board, opponent } = session;
  return ask(session, { kind: 'move', move: { board, player: standing.next, cell, opponent } });
}

/** Asks again what was not answered, where that makes sense. */
export function askAgain(session: Session): Session {
  const question = repeatableQuestion(session);
  return question === undefined ? session : ask(session, question);
}

/** The unanswered question that may fare better next time. What the rules refuse stays refused. */
export function repeatableQuestion({ trouble }: Session): Question | undefined {
  if (trouble?.kind !== 'unanswered') return undefined;
  const { failure, question } = trouble;
  const mayPass = failure.kind !== 'refused' || failure.status === 429 || failure.status >= 500;
  return mayPass ? question : undefined;
}

export function withAnswer(session: Session, { board, reply }: Answer): Session {
  return {
    ...session,
    board,
    reply: reply ?? session.reply,
    question: undefined,
    trouble: undefined,
    scores: { ...session.scores, [session.opponent]: countGame(session, standingOf(board)) },
  };
}

export function withFailure(session: Session, failure: Failure): Session {
  const { question } = session;
  if (question === undefined) throw new Error('BUG: an answer arrived that nobody asked for');
  return { ...session, question: undefined, trouble: { kind: 'unanswered', question, failure } };
}

export function seatOf(session: GameChoice, mark: Mark): Seat {
  return (mark === 'X') === (session.beginner === 0) ? 0 : 1;
}

export function markOf(session: GameChoice, seat: Seat): Mark {
  return seat === session.beginner ? 'X' : otherMark('X');
}

export function scoreOf({ scores, opponent }: Session): Score {
  return scores[opponent];
}

/** The move that is shown although the server has not confirmed it: under way, or waiting to be tried again. */
export function unconfirmedMove(session: Session): { readonly cell: Cell; readonly mark: Mark } | undefined {
  const question = session.question ?? repeatableQuestion(session);
  return question?.kind === 'move' ? { cell: question.move.cell, mark: question.move.player } : undefined;
}

/** The computer is to begin and has not been able to. */
function isUnopened({ opponent, beginner, board }: Session): boolean {
  return opponent === 'computer' && beginner === 1 && board === EMPTY_BOARD;
}

function ask(session: Session, question: Question): Session {
  return { ...session, question, trouble: undefined };
}

function countGame(session: Session, standing: Standing): Score {
  const { wins, draws } = scoreOf(session);
  if (standing.status === 'playing') return { wins, draws };
  if (standing.status === 'drawn') return { wins, draws: draws + 1 };
  const seat = seatOf(session, standing.winner);
  return { wins: seat === 0 ? [wins[0] + 1, wins[1]] : [wins[0], wins[1] + 1], draws };
}
