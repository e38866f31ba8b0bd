import type { Cell, Mark } from '../game/board.ts';
import { markAt } from '../game/board.ts';
import { standingOf } from '../game/standing.ts';
import type { Failure } from './api.ts';
import { markOf, type Seat, type Session, seatOf } from './session.ts';

/** What the message area says, and how it feels about it. */
export interface Message {
  readonly tone: 'plain' | 'joy' | 'hint' | 'trouble';
  readonly text: string;
}

/** `slow`: the server has let the player wait long enough to say so. */
export function messageOf(session: Session, slow: boolean): Message {
  const { question, trouble } = session;
  if (question !== undefined && slow) return { tone: 'hint', text: 'Waiting for the server…' };
  switch (trouble?.kind) {
    case undefined:
      return gameMessage(session);
    case 'cell_taken':
      return { tone: 'hint', text: 'That square is taken. Pick an empty one.' };
    case 'game_over':
      return { tone: 'hint', text: 'This game is over. Start a new one!' };
    case 'unanswered':
      return { tone: 'trouble', text: failureText(trouble.failure) };
  }
}

export function seatName({ opponent }: Pick<Session, 'opponent'>, seat: Seat): string {
  if (opponent === 'person') return seat === 0 ? 'Player 1' : 'Player 2';
  return seat === 0 ? 'You' : 'Computer';
}

/** For those who do not see the board. */
export function cellLabel(cell: Cell, mark: Mark | undefined, isOnWinningLine: boolean): string {
  return `${placeOf(cell)}, ${mark ?? 'empty'}${isOnWinningLine ? ', on the winning line' : ''}`;
}

function placeOf(cell: Cell): string {
  return `row ${Math.floor(cell / 3) + 1}, column ${(cell % 3) + 1}`;
}

function gameMessage(session: Session): Message {
  const standing = standingOf(session.board);
  switch (standing.status) {
    case 'playing':
      return { tone: 'plain', text: turnText(session, standing.next) };
    case 'drawn':
      return { tone: 'joy', text: session.opponent === 'computer' ? 'A draw. Well held!' : 'A draw. Nobody gave way.' };
    case 'won':
      return { tone: 'joy', text: victoryText(session, standing.winner) };
  }
}

function turnText(session: Session, next: Mark): string {
  const { opponent, reply, board } = session;
  if (opponent === 'person') return `${seatName(session, seatOf(session, next))}, it is your turn with ${next}.`;
  if (reply !== undefined && markAt(board, reply) !== undefined) {
    return `The computer took ${placeOf(reply)}. Your turn with ${next}.`;
  }
  return seatOf(session, next) === 0
    ? `Your turn. You play ${next}.`
    : `The computer begins. You play ${markOf(session, 0)}.`;
}

function victoryText(session: Session, winner: Mark): string {
  const seat = seatOf(session, winner);
  if (session.opponent === 'person') return `${seatName(session, seat)} wins with ${winner}!`;
  return seat === 0 ? 'You win! That was not supposed to be possible.' : 'The computer wins this one. Another?';
}

function failureText(failure: Failure): string {
  switch (failure.kind) {
    case 'unreachable':
      return 'The server cannot be reached. Nothing is lost.';
    case 'unintelligible':
      return `The server's answer (${failure.status}) made no sense.`;
    case 'refused':
      return refusalText(failure);
  }
}

function refusalText({ status, detail, retryAfterSeconds }: Failure & { readonly kind: 'refused' }): string {
  if (status === 429) return `That was quick! Please wait ${waitText(retryAfterSeconds)}.`;
  if (status >= 500) return `The server has a problem of its own (${status}).`;
  return `The server refused the move: ${detail}`;
}

function waitText(seconds: number | undefined): string {
  if (seconds === undefined) return 'a moment';
  return seconds === 1 ? '1 second' : `${seconds} seconds`;
}
