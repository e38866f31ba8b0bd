import { createApi, isFailure, type Question } from './api.ts';
import { createBoardView } from './board-view.ts';
import { elementById } from './elements.ts';
import { createFootView } from './foot-view.ts';
import { createPanelView } from './panel-view.ts';
import {
  askAgain,
  chooseCell,
  createSession,
  type GameChoice,
  type Session,
  startGame,
  withAnswer,
  withFailure,
} from './session.ts';
import { onSystemThemeChange, shownTheme, toggleTheme } from './theme.ts';

/** A wait shorter than this is not worth a word. */
const SLOW_AFTER_MS = 400;

const foot = createFootView();
const api = createApi({ fetch: (path, init) => window.fetch(path, init), onServedBy: foot.drawReplica });
const panel = createPanelView();
const board = createBoardView(elementById('board'), (cell) => show(chooseCell(session, cell)));

let session = createSession(readChoice());
let conversation = new AbortController();

/** Shows the new state, and puts its question to the server if it has a new one. */
function show(next: Session): void {
  const isNewQuestion = next.question !== undefined && next.question !== session.question;
  session = next;
  draw(false);
  if (isNewQuestion) void putQuestion(next.question);
}

function draw(slow: boolean): void {
  board.draw(session);
  panel.draw(session, slow);
}

/** A question that belongs to an abandoned game is dropped, and so is its answer. */
async function putQuestion(question: Question): Promise<void> {
  const { signal } = conversation;
  const slowTimer = setTimeout(() => draw(true), SLOW_AFTER_MS);
  signal.addEventListener('abort', () => clearTimeout(slowTimer));
  try {
    const answer = await api.ask(question, signal);
    if (signal.aborted) return;
    show(isFailure(answer) ? withFailure(session, answer) : withAnswer(session, answer));
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearTimeout(slowTimer);
  }
}

function startAnew(): void {
  conversation.abort();
  conversation = new AbortController();
  show(startGame(session, readChoice()));
}

function readChoice(): GameChoice {
  const opponent = elementById<HTMLInputElement>('opponent-person').checked ? 'person' : 'computer';
  return { opponent, beginner: elementById<HTMLInputElement>('begins-1').checked ? 1 : 0 };
}

function drawTheme(): void {
  elementById('theme').setAttribute('aria-pressed', String(shownTheme() === 'dark'));
}

async function drawServer(): Promise<void> {
  const info = await api.about();
  if (!isFailure(info)) foot.drawServer(info);
}

elementById('choices').addEventListener('change', startAnew);
elementById('new-game').addEventListener('click', startAnew);
elementById('try-again').addEventListener('click', () => show(askAgain(session)));
elementById('theme').addEventListener('click', () => {
  toggleTheme();
  drawTheme();
});
onSystemThemeChange(drawTheme);
drawTheme();
draw(false);
if (session.question !== undefined) void putQuestion(session.question);
void drawServer();
