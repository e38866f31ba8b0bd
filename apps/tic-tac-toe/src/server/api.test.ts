import { expect, test } from 'vitest';
import { createTestApp, postJson } from './app.fixture.ts';

test('between two people a move is answered with the board after it', async () => {
  const app = createTestApp();
  const response = await postJson(app, '/api/moves', { board: '.........', player: 'X', cell: 4, opponent: 'person' });
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(response.headers['cache-control']).toBe('no-store');
  expect(response.body).toBe(
    '{"board":"....X....","status":"playing","winner":null,"line":null,"next":"O","reply":null}',
  );
});

test('the computer answers with a move of its own', async () => {
  const app = createTestApp();
  const response = await postJson(app, '/api/moves', {
    board: '.........',
    player: 'X',
    cell: 4,
    opponent: 'computer',
  });
  expect(response.json()).toEqual({
    board: 'O...X....',
    status: 'playing',
    winner: null,
    line: null,
    next: 'X',
    reply: 0,
  });
});

test('the computer picks among equally good moves by chance', async () => {
  const app = createTestApp({ random: () => 0.999 });
  const response = await postJson(app, '/api/moves', {
    board: '.........',
    player: 'X',
    cell: 4,
    opponent: 'computer',
  });
  expect(response.json()).toMatchObject({ board: '....X...O', reply: 8 });
});

test('the computer wins where it can', async () => {
  const app = createTestApp();
  const response = await postJson(app, '/api/moves', {
    board: 'OO.XX....',
    player: 'X',
    cell: 8,
    opponent: 'computer',
  });
  expect(response.json()).toEqual({
    board: 'OOOXX...X',
    status: 'won',
    winner: 'O',
    line: [0, 1, 2],
    next: null,
    reply: 2,
  });
});

test('the computer has nothing to answer to a last move', async () => {
  const app = createTestApp();
  const response = await postJson(app, '/api/moves', {
    board: 'XOXXOO.XO',
    player: 'X',
    cell: 6,
    opponent: 'computer',
  });
  expect(response.json()).toEqual({
    board: 'XOXXOOXXO',
    status: 'won',
    winner: 'X',
    line: [0, 3, 6],
    next: null,
    reply: null,
  });
});

test('a drawn game', async () => {
  const app = createTestApp();
  const response = await postJson(app, '/api/moves', { board: 'XOXXOOOX.', player: 'X', cell: 8, opponent: 'person' });
  expect(response.json()).toEqual({
    board: 'XOXXOOOXX',
    status: 'drawn',
    winner: null,
    line: null,
    next: null,
    reply: null,
  });
});

test('the computer can open the game', async () => {
  const app = createTestApp({ random: () => 0.5 });
  const response = await postJson(app, '/api/games', { beginner: 'computer' });
  expect(response.statusCode).toBe(200);
  expect(response.json()).toEqual({
    board: '....X....',
    status: 'playing',
    winner: null,
    line: null,
    next: 'O',
    reply: 4,
  });
});

test('a person begins on an empty board', async () => {
  const app = createTestApp();
  const response = await postJson(app, '/api/games', { beginner: 'person' });
  expect(response.json()).toEqual({
    board: '.........',
    status: 'playing',
    winner: null,
    line: null,
    next: 'X',
    reply: null,
  });
});

test('a whole game against the computer needs no memory: every move may go to another replica', async () => {
  const replicas = [createTestApp(), createTestApp(), createTestApp()];
  let board = '.........';
  const boards: string[] = [];
  for (const [turn, cell] of [0, 8, 7, 2, 3].entries()) {
    const move = { board, player: 'X', cell, opponent: 'computer' };
    const response = await postJson(replicas[turn % 3], '/api/moves', move);
    board = response.json<{ board: string }>().board;
    boards.push(board);
  }
  expect(boards).toEqual(['X...O....', 'XO..O...X', 'XO..O.OXX', 'XOX.OOOXX', 'XOXXOOOXX']);
});
