import type { FastifyInstance } from 'fastify';
import { type Board, type Cell, EMPTY_BOARD, markToMove, parseBoard } from '../game/board.ts';
import { chooseCell, type RandomSource } from '../game/computer.ts';
import { RuleError } from '../game/errors.ts';
import { type GameRequest, type MoveRequest, type Position, positionOf } from '../game/messages.ts';
import { playMove } from '../game/move.ts';
import { standingOf } from '../game/standing.ts';
import { problemOf } from './error-handler.ts';
import type { GameMetrics } from './metrics.ts';
import { Problem } from './problems.ts';
import { gameRequestSchema, moveRequestSchema } from './schemas.ts';

export interface ApiOptions {
  readonly random: RandomSource;
  readonly metrics: GameMetrics;
}

/** The moves. Nothing is remembered between requests: the board comes with the move and goes back with the answer. */
export function answerMoves(app: FastifyInstance, { random, metrics }: ApiOptions): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });

  app.post<{ Body: GameRequest }>('/api/games', { schema: { body: gameRequestSchema } }, async ({ body }) =>
    body.beginner === 'computer' ? computerMove(EMPTY_BOARD, random) : positionOf(EMPTY_BOARD, null),
  );

  app.route<{ Body: MoveRequest }>({
    method: 'POST',
    url: '/api/moves',
    schema: { body: moveRequestSchema },
    onError: async (_request, _reply, error) => metrics.moveRefused(problemOf(error).code),
    handler: async ({ body }) => {
      const position = answerMove(body, random);
      if (position.status !== 'playing') metrics.gameFinished(position.winner, body.opponent);
      return position;
    },
  });
}

/** A move against the rules becomes a problem here, where it happens: it is the client's, no failure of this program. */
function answerMove({ board, player, cell, opponent }: MoveRequest, random: RandomSource): Position {
  try {
    const moved = playMove(parseBoard(board), player, cell);
    const computerIsNext = opponent === 'computer' && standingOf(moved).status === 'playing';
    return computerIsNext ? computerMove(moved, random) : positionOf(moved, null);
  } catch (error) {
    throw error instanceof RuleError ? new Problem(error.code, error.message, { cause: error }) : error;
  }
}

function computerMove(board: Board, random: RandomSource): Position {
  const reply: Cell = chooseCell(board, random);
  return positionOf(playMove(board, markToMove(board), reply), reply);
}
