import type { Board, Cell, Mark } from './board.ts';
import { standingOf } from './standing.ts';

/** Who can hold a mark. As an opponent: the server moves for the computer, two people share the screen. */
export type Opponent = 'computer' | 'person';

export const OPPONENTS: readonly Opponent[] = ['computer', 'person'];

/** The body of `POST /api/games`: who begins, and so plays X. */
export interface GameRequest {
  readonly beginner: Opponent;
}

/** The body of `POST /api/moves`. Everything the server needs is in it, so any replica can answer. */
export interface MoveRequest {
  readonly board: string;
  readonly player: Mark;
  readonly cell: Cell;
  readonly opponent: Opponent;
}

/** The answer to both: the board to go on from, how it stands, and which cell the computer took, if it moved. */
export interface Position {
  readonly board: Board;
  readonly status: 'playing' | 'won' | 'drawn';
  readonly winner: Mark | null;
  readonly line: readonly Cell[] | null;
  readonly next: Mark | null;
  readonly reply: Cell | null;
}

export function positionOf(board: Board, reply: Cell | null): Position {
  const standing = standingOf(board);
  return {
    board,
    status: standing.status,
    winner: standing.status === 'won' ? standing.winner : null,
    line: standing.status === 'won' ? standing.line : null,
    next: standing.status === 'playing' ? standing.next : null,
    reply,
  };
}
