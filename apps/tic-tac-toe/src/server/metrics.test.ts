import { expect, test } from 'vitest';
import { createTestApp, postJson, samplesOf } from './app.fixture.ts';

test('finished games and refusals are all there from the start, at 0', async () => {
  const app = createTestApp();
  expect(await samplesOf(app, 'tictactoe_')).toEqual([
    'tictactoe_games_finished_total{result="x_won",opponent="computer"} 0',
    'tictactoe_games_finished_total{result="x_won",opponent="person"} 0',
    'tictactoe_games_finished_total{result="o_won",opponent="computer"} 0',
    'tictactoe_games_finished_total{result="o_won",opponent="person"} 0',
    'tictactoe_games_finished_total{result="drawn",opponent="computer"} 0',
    'tictactoe_games_finished_total{result="drawn",opponent="person"} 0',
    'tictactoe_moves_refused_total{code="bad_request"} 0',
    'tictactoe_moves_refused_total{code="malformed_json"} 0',
    'tictactoe_moves_refused_total{code="invalid_request"} 0',
    'tictactoe_moves_refused_total{code="impossible_board"} 0',
    'tictactoe_moves_refused_total{code="game_over"} 0',
    'tictactoe_moves_refused_total{code="not_your_turn"} 0',
    'tictactoe_moves_refused_total{code="cell_taken"} 0',
    'tictactoe_moves_refused_total{code="body_too_large"} 0',
    'tictactoe_moves_refused_total{code="unsupported_media_type"} 0',
    'tictactoe_moves_refused_total{code="too_many_requests"} 0',
  ]);
});

test('finished games are counted by result and opponent, unfinished ones are not', async () => {
  const app = createTestApp();
  const moves = [
    { board: 'XX.OO....', player: 'X', cell: 2, opponent: 'person' },
    { board: 'XX.OO...X', player: 'O', cell: 5, opponent: 'person' },
    { board: 'OO.XX....', player: 'X', cell: 8, opponent: 'computer' },
    { board: 'XOXXOOOX.', player: 'X', cell: 8, opponent: 'computer' },
    { board: '.........', player: 'X', cell: 0, opponent: 'computer' },
  ];
  for (const move of moves) expect((await postJson(app, '/api/moves', move)).statusCode).toBe(200);
  expect((await samplesOf(app, 'tictactoe_games')).filter((sample) => !sample.endsWith(' 0'))).toEqual([
    'tictactoe_games_finished_total{result="x_won",opponent="person"} 1',
    'tictactoe_games_finished_total{result="o_won",opponent="computer"} 1',
    'tictactoe_games_finished_total{result="o_won",opponent="person"} 1',
    'tictactoe_games_finished_total{result="drawn",opponent="computer"} 1',
  ]);
});

test('refused moves are counted by code; refusals elsewhere are not', async () => {
  const app = createTestApp({ rateLimitMax: 4 });
  const move = { board: 'X...O....', player: 'X', cell: 8, opponent: 'person' };
  await postJson(app, '/api/moves', { ...move, cell: 4 });
  await postJson(app, '/api/moves', { ...move, cell: 0 });
  await postJson(app, '/api/moves', { ...move, cell: 9 });
  await postJson(app, '/api/games', { beginner: 'nobody' });
  await postJson(app, '/api/moves', move);
  await app.inject({ method: 'PUT', url: '/api/moves' });
  expect((await samplesOf(app, 'tictactoe_moves')).filter((sample) => !sample.endsWith(' 0'))).toEqual([
    'tictactoe_moves_refused_total{code="invalid_request"} 1',
    'tictactoe_moves_refused_total{code="cell_taken"} 2',
    'tictactoe_moves_refused_total{code="too_many_requests"} 1',
  ]);
});

test('a refused move is no exception of the program, a failure is', async () => {
  const app = createTestApp({
    reportError: () => {},
    random: () => {
      throw new Error('the dice are broken');
    },
  });
  const move = { board: 'X...O....', player: 'X', cell: 8, opponent: 'computer' };
  const exceptions = () => samplesOf(app, 'http_request_exceptions_total{method="POST",endpoint="/api/moves"}');
  expect((await postJson(app, '/api/moves', { ...move, cell: 4 })).statusCode).toBe(409);
  expect((await exceptions())[0]).toMatch(/ 0$/);
  expect((await postJson(app, '/api/moves', move)).statusCode).toBe(500);
  expect((await exceptions())[0]).toMatch(/ 1$/);
});

test('what the rate limiter decides is counted', async () => {
  const app = createTestApp({ rateLimitMax: 1 });
  for (let request = 0; request < 3; request++) await postJson(app, '/api/games', { beginner: 'person' });
  expect(await samplesOf(app, 'rate_limit_requests_total')).toEqual([
    'rate_limit_requests_total{limiter="moves",outcome="allowed"} 1',
    'rate_limit_requests_total{limiter="moves",outcome="limited"} 2',
  ]);
});
