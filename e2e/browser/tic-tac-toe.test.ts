import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { browserSuite, chromiumIsMissing, collectComplaints, launchChromium } from './chromium.ts';

const MAIN = createRequire(import.meta.url).resolve('@hearth/tic-tac-toe/main');

/** A busy machine may take its time; what does not come at all still fails. */
function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: 10_000 });
}

interface Server {
  readonly child: ChildProcess;
  readonly origin: string;
}

async function startServer(env: Readonly<Record<string, string>> = {}): Promise<Server> {
  const options = { execArgv: [], env: { PORT: '0', ...env } };
  const child = fork(MAIN, { ...options, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the server ended with ${String(code)} before it listened`);
  });
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [{ port: number }];
  return { child, origin: `http://127.0.0.1:${message.port}` };
}

async function stopServer({ child }: Server): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

describe.skipIf(chromiumIsMissing)(browserSuite('noughts and crosses in a browser'), () => {
  let browser: Browser;
  let server: Server;

  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(), startServer({ RATE_LIMIT_MAX: '10000' })]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    if (server !== undefined) await stopServer(server);
  });

  interface Visit {
    readonly page: Page;
    readonly board: Locator;
    readonly status: Locator;
    /** What the page complained about; a test that expects nothing asserts that it is empty. */
    readonly complaints: readonly string[];
  }

  async function visit(options: BrowserContextOptions & { readonly origin?: string } = {}): Promise<Visit> {
    const { origin = server.origin, ...contextOptions } = options;
    const context = await browser.newContext({ reducedMotion: 'reduce', ...contextOptions });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const complaints = collectComplaints(page);
    await page.goto(origin);
    await page.getByText('answered by').waitFor();
    return { page, board: page.getByRole('grid', { name: 'Board' }), status: page.getByRole('status'), complaints };
  }

  function cellAt({ board }: Visit, cell: number): Locator {
    return board.getByRole('button').nth(cell);
  }

  /** Clicks one empty square after the other, each when the server has taken the one before. */
  async function play(visited: Visit, cells: readonly number[]): Promise<void> {
    for (const cell of cells) {
      await cellAt(visited, cell).click();
      await visited.page.locator('#board[aria-busy="false"]').waitFor();
    }
  }

  async function playAgainstFriend(visited: Visit): Promise<void> {
    await visited.page.getByText('A friend').click();
    await eventually(() => visited.status.textContent()).toBe('Player 1, it is your turn with X.');
  }

  async function labels({ board }: Visit): Promise<readonly (string | null)[]> {
    const buttons = await board.getByRole('button').all();
    return Promise.all(buttons.map((button) => button.getAttribute('aria-label')));
  }

  async function scores({ page }: Visit): Promise<readonly string[]> {
    return page.locator('.seat-wins').allTextContents();
  }

  const WON_BY_X = [0, 3, 1, 4, 2];
  const DRAWN = [0, 1, 2, 4, 3, 5, 7, 6, 8];

  test('two people play until one wins', async () => {
    const game = await visit();
    await playAgainstFriend(game);
    await play(game, WON_BY_X);
    expect(await game.status.textContent()).toBe('Player 1 wins with X!');
    expect(await labels(game)).toEqual([
      'row 1, column 1, X, on the winning line',
      'row 1, column 2, X, on the winning line',
      'row 1, column 3, X, on the winning line',
      'row 2, column 1, O',
      'row 2, column 2, O',
      'row 2, column 3, empty',
      'row 3, column 1, empty',
      'row 3, column 2, empty',
      'row 3, column 3, empty',
    ]);
    expect(await game.board.locator('.strike').isVisible()).toBe(true);
    expect(await scores(game)).toEqual(['1', '0', '0']);
    expect(game.complaints).toEqual([]);
  });

  test('two people play until nobody can win, and then again', async () => {
    const game = await visit();
    await playAgainstFriend(game);
    await play(game, DRAWN);
    expect(await game.status.textContent()).toBe('A draw. Nobody gave way.');
    expect(await game.board.locator('.strike').isVisible()).toBe(false);

    await game.page.getByRole('button', { name: 'New game' }).click();
    expect(await game.status.textContent()).toBe('Player 1, it is your turn with X.');
    expect((await labels(game)).filter((label) => label?.endsWith('empty'))).toHaveLength(9);
    await play(game, WON_BY_X);
    expect(await scores(game)).toEqual(['1', '1', '0']);
    expect(game.complaints).toEqual([]);
  });

  describe('a move against the rules', () => {
    test('is not even sent by the page', async () => {
      const game = await visit();
      const requests: string[] = [];
      game.page.on('request', (request) => requests.push(request.url()));
      await playAgainstFriend(game);
      await play(game, [4]);
      await cellAt(game, 4).click({ force: true });
      expect(await game.status.textContent()).toBe('That square is taken. Pick an empty one.');
      await play(game, [0, 1, 3, 7]);
      await cellAt(game, 8).click({ force: true });
      expect(await game.status.textContent()).toBe('This game is over. Start a new one!');
      expect(requests).toEqual(Array.from({ length: 5 }, () => `${server.origin}/api/moves`));
      expect(game.complaints).toEqual([]);
    });

    test('is refused by the server', async () => {
      const { page, complaints } = await visit();
      const refused = await page.evaluate(async () => {
        const body = JSON.stringify({ board: 'X...O....', player: 'X', cell: 4, opponent: 'person' });
        const response = await fetch('/api/moves', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        });
        return { type: response.headers.get('content-type'), problem: (await response.json()) as unknown };
      });
      expect(refused).toEqual({
        type: 'application/problem+json',
        problem: {
          type: 'about:blank',
          title: 'Conflict',
          status: 409,
          detail: 'Cell 4 is taken by O.',
          code: 'cell_taken',
        },
      });
      // The browser itself notes every answer of this kind; nothing else may be there.
      expect(complaints).toEqual([
        'error: Failed to load resource: the server responded with a status of 409 (Conflict)',
      ]);
    });
  });

  describe('against the computer, by keyboard alone', () => {
    /** Moves the focus on the board from one square to another, as far as arrow keys are needed. */
    async function walk(page: Page, from: number, to: number): Promise<void> {
      const [rows, columns] = [Math.floor(to / 3) - Math.floor(from / 3), (to % 3) - (from % 3)];
      for (let step = 0; step < Math.abs(rows); step++) await page.keyboard.press(rows > 0 ? 'ArrowDown' : 'ArrowUp');
      for (let step = 0; step < Math.abs(columns); step++) {
        await page.keyboard.press(columns > 0 ? 'ArrowRight' : 'ArrowLeft');
      }
    }

    /** Takes the first empty square again and again until the game is over. */
    async function playOn(game: Visit): Promise<void> {
      for (let focused = 0; ; ) {
        await game.page.locator('#board[aria-busy="false"]').waitFor();
        if ((await game.board.getAttribute('data-status')) !== 'playing') return;
        const free = (await labels(game)).findIndex((label) => label?.endsWith('empty'));
        await walk(game.page, focused, free);
        await game.page.keyboard.press(free % 2 === 0 ? 'Enter' : 'Space');
        expect((await labels(game))[free]).not.toContain('empty');
        focused = free;
      }
    }

    async function tabTo(page: Page, target: Locator): Promise<void> {
      for (let presses = 0; presses < 12; presses++) {
        if (await target.evaluate((element) => element === document.activeElement)) return;
        await page.keyboard.press('Tab');
      }
      throw new Error('Tab does not lead there');
    }

    test('a game ends without a win for the person', async () => {
      const game = await visit();
      await tabTo(game.page, cellAt(game, 0));
      await playOn(game);
      const [yours, draws, computers] = (await scores(game)).map(Number);
      expect([yours, draws + computers]).toEqual([0, 1]);
      expect(game.complaints).toEqual([]);
    });

    test('the computer begins when it is asked to, and never loses either', async () => {
      const game = await visit();
      await tabTo(game.page, game.page.getByRole('radio', { name: 'You' }));
      await game.page.keyboard.press('ArrowRight');
      await eventually(() => game.status.textContent()).toMatch(
        /^The computer took row \d, column \d\. Your turn with O\.$/,
      );
      await game.page.keyboard.press('Shift+Tab');
      await game.page.keyboard.press('Shift+Tab');
      await game.page.keyboard.press('Shift+Tab');
      expect(await cellAt(game, 0).evaluate((element) => element === document.activeElement)).toBe(true);
      await playOn(game);
      expect((await scores(game))[0]).toBe('0');
      expect(game.complaints).toEqual([]);
    });
  });

  describe('when the server does not answer as hoped', () => {
    test('a lost connection loses no move', async () => {
      const game = await visit();
      await playAgainstFriend(game);
      await game.page.context().setOffline(true);
      await cellAt(game, 4).click();
      await eventually(() => game.status.textContent()).toBe('The server cannot be reached. Nothing is lost.');
      await game.page.context().setOffline(false);
      await game.page.getByRole('button', { name: 'Try again' }).click();
      await eventually(() => game.status.textContent()).toBe('Player 2, it is your turn with O.');
      expect((await labels(game))[4]).toBe('row 2, column 2, X');
      expect(game.complaints).toEqual(['error: Failed to load resource: net::ERR_INTERNET_DISCONNECTED']);
    });

    test('too many moves are told kindly', async () => {
      const strict = await startServer({ RATE_LIMIT_MAX: '1' });
      onTestFinished(() => stopServer(strict));
      const game = await visit({ origin: strict.origin });
      await playAgainstFriend(game);
      await play(game, [4, 0]);
      expect(await game.status.textContent()).toMatch(/^That was quick! Please wait \d+ seconds\.$/);
      expect(await game.page.getByRole('button', { name: 'Try again' }).isVisible()).toBe(true);
      expect(game.complaints).toEqual([
        'error: Failed to load resource: the server responded with a status of 429 (Too Many Requests)',
      ]);
    });
  });

  describe('looks', () => {
    const paper = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const LIGHT = 'rgb(250, 246, 239)';
    const DARK = 'rgb(20, 21, 27)';

    test('the theme follows the system, until the person chooses another', async () => {
      const { page, complaints } = await visit({ colorScheme: 'light' });
      const toggle = page.getByRole('button', { name: 'Dark theme' });
      // A page learns of a change of the system's scheme with its next frame.
      const looks = (expected: readonly [string, string]) =>
        eventually(async () => [await paper(page), await toggle.getAttribute('aria-pressed')]).toEqual(expected);
      await looks([LIGHT, 'false']);
      await page.emulateMedia({ colorScheme: 'dark' });
      await looks([DARK, 'true']);

      await toggle.click();
      await looks([LIGHT, 'false']);
      await page.reload();
      await looks([LIGHT, 'false']);

      await toggle.click();
      await looks([DARK, 'true']);
      await page.emulateMedia({ colorScheme: 'light' });
      await looks([LIGHT, 'false']);
      expect(complaints).toEqual([]);
    });

    /** However far the page is scrolled. */
    const boxOnPage = ({ board }: Visit) =>
      board.evaluate((element) => {
        const { left, top, width, height } = element.getBoundingClientRect();
        return { left: left + scrollX, top: top + scrollY, width, height };
      });

    test.each([
      [320, 568],
      [375, 740],
      [1280, 800],
    ])('at %d × %d nothing overflows, the board is square and never moves', async (width, height) => {
      const game = await visit({ viewport: { width, height } });
      const before = await boxOnPage(game);
      expect(before.width).toBeCloseTo(before.height);
      expect(await game.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);

      await playAgainstFriend(game);
      await play(game, WON_BY_X);
      await cellAt(game, 8).click({ force: true });
      expect(await boxOnPage(game)).toEqual(before);
      expect(await game.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    });

    test('without a wish for less motion, marks are drawn; with it, they are there', async () => {
      for (const [reducedMotion, animated] of [
        ['no-preference', true],
        ['reduce', false],
      ] as const) {
        const game = await visit({ reducedMotion });
        await cellAt(game, 4).click();
        const name = await cellAt(game, 4)
          .locator('path')
          .first()
          .evaluate((path) => getComputedStyle(path).animationName);
        expect([reducedMotion, name !== 'none']).toEqual([reducedMotion, animated]);
      }
    });
  });

  test('the security policy is in force, and a page that broke it would be noticed', async () => {
    const { page, complaints } = await visit();
    await page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<p style="color: red">inline</p>'));
    await eventually(() => complaints.length).toBe(1);
    expect(complaints[0]).toMatch(/^error: .*inline style.*Content Security Policy/);
  });

  test('the foot names the version and the replica that answered, and leads to the metrics', async () => {
    const { page } = await visit();
    const { version } = (await (await fetch(`${server.origin}/healthz`)).json()) as { version: string };
    expect(await page.locator('#version').textContent()).toBe(`version ${version}`);
    expect(await page.locator('#replica-name').textContent()).toMatch(new RegExp(`:${new URL(server.origin).port}$`));
    await page.getByRole('link', { name: 'metrics' }).click();
    await page.waitForURL(`${server.origin}/metrics`);
    expect(await page.locator('body').textContent()).toContain('http_requests_total');
  });

  test('the metrics show what was played and what was refused', async () => {
    const watched = await startServer();
    onTestFinished(() => stopServer(watched));
    const game = await visit({ origin: watched.origin });
    await playAgainstFriend(game);
    await play(game, WON_BY_X);
    await game.page.getByRole('button', { name: 'New game' }).click();
    await play(game, DRAWN);
    const illegal = { board: 'X...O....', player: 'O', cell: 0, opponent: 'person' };
    const refused = await game.page.request.post(`${watched.origin}/api/moves`, { data: illegal });
    expect(refused.status()).toBe(409);

    const metrics = (await (await fetch(`${watched.origin}/metrics`)).text()).split('\n');
    expect(metrics).toEqual(
      expect.arrayContaining([
        'http_requests_total{method="GET",endpoint="/",status="200"} 1',
        'http_requests_total{method="POST",endpoint="/api/moves",status="200"} 14',
        'http_requests_total{method="POST",endpoint="/api/moves",status="409"} 1',
        'tictactoe_games_finished_total{result="x_won",opponent="person"} 1',
        'tictactoe_games_finished_total{result="drawn",opponent="person"} 1',
        'tictactoe_games_finished_total{result="drawn",opponent="computer"} 0',
        'tictactoe_moves_refused_total{code="not_your_turn"} 1',
      ]),
    );
    expect(game.complaints).toEqual([]);
  });
});
