import type { RateLimitPluginOptions } from '@fastify/rate-limit';
import { instrumentFastify } from '@hearth/instrument/fastify';
import { observeFastifyRateLimit } from '@hearth/instrument/fastify-rate-limit';
import type { FastifyInstance } from 'fastify';
import { Counter, type Registry } from 'prom-client';
import type { Mark } from '../game/board.ts';
import { OPPONENTS, type Opponent } from '../game/messages.ts';
import type { ProblemCode } from './problems.ts';

export type MetricsOptions = NonNullable<Parameters<typeof instrumentFastify>[1]>;

/** What the application itself has to count, beside its requests. */
export interface GameMetrics {
  /** Every finished game, by the mark that won; `null` for a draw. */
  gameFinished(winner: Mark | null, opponent: Opponent): void;
  /** Every move that was answered with a problem; a failure of the server's own is not counted as a refusal. */
  moveRefused(code: ProblemCode): void;
}

export interface AppMetrics extends GameMetrics {
  /** Counts what the rate limiter lets through and refuses. */
  observeRateLimit(options: RateLimitPluginOptions): RateLimitPluginOptions;
}

/** The metrics were given a port of their own and cannot have it; the log says why. */
export class MetricsPortError extends Error {
  override readonly name = 'MetricsPortError';

  constructor(port: number) {
    super(`the metrics cannot have port ${port}; set METRICS_PORT to a free one.`);
  }
}

const RESULTS = ['x_won', 'o_won', 'drawn'] as const;

/** What a move can be refused with; they are all there from the start, at 0. */
const REFUSALS: readonly ProblemCode[] = [
  'bad_request',
  'malformed_json',
  'invalid_request',
  'impossible_board',
  'game_over',
  'not_your_turn',
  'cell_taken',
  'body_too_large',
  'unsupported_media_type',
  'too_many_requests',
];

/** Call it right after the instance is made: requests are measured from the first hook on. */
export function measureApp(app: FastifyInstance, options: MetricsOptions): AppMetrics {
  const metrics = instrumentFastify(app, options);
  const ownPort = ownPortOf(options);
  app.addHook('onReady', async () => {
    if (ownPort !== undefined && (await metrics.server) === undefined) throw new MetricsPortError(ownPort);
  });
  app.addHook('onClose', () => metrics.close());
  return {
    ...countGames(metrics.registry),
    observeRateLimit: (limit) => observeFastifyRateLimit(metrics, { name: 'moves' }, limit),
  };
}

function countGames(registry: Registry): GameMetrics {
  const registers = [registry];
  const gamesFinished = new Counter({
    name: 'tictactoe_games_finished_total',
    help: 'Games that ended on this replica, by result and by who held the other mark.',
    labelNames: ['result', 'opponent'] as const,
    registers,
  });
  const movesRefused = new Counter({
    name: 'tictactoe_moves_refused_total',
    help: 'Moves that were refused, by the code of the answer.',
    labelNames: ['code'] as const,
    registers,
  });
  for (const result of RESULTS) for (const opponent of OPPONENTS) gamesFinished.inc({ result, opponent }, 0);
  for (const code of REFUSALS) movesRefused.inc({ code }, 0);
  return {
    gameFinished: (winner, opponent) => gamesFinished.inc({ result: resultOf(winner), opponent }),
    moveRefused: (code) => {
      if (REFUSALS.includes(code)) movesRefused.inc({ code });
    },
  };
}

/** The port that the metrics have to themselves, if they do. */
export function ownPortOf({ endpoint }: MetricsOptions): number | undefined {
  return typeof endpoint === 'object' && 'port' in endpoint ? endpoint.port : undefined;
}

function resultOf(winner: Mark | null): (typeof RESULTS)[number] {
  if (winner === null) return 'drawn';
  return winner === 'X' ? 'x_won' : 'o_won';
}
