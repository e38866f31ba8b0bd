import { CELLS, type Cell, markAt } from '../game/board.ts';
import { standingOf } from '../game/standing.ts';
import { createHtmlElement, createSvgElement, setData } from './elements.ts';
import { focusAfter } from './navigation.ts';
import { type Session, unconfirmedMove } from './session.ts';
import { strikeThrough } from './strike.ts';
import { cellLabel } from './words.ts';

export interface BoardView {
  draw(session: Session): void;
}

/** Slightly uneven, as drawn by hand. `pathLength` lets the styles draw every stroke by the same rule. */
const STROKES = {
  X: ['M27 26C38 40 58 60 74 75', 'M75 25C63 40 43 57 25 76'],
  O: ['M54 23C36 20 22 34 23 52C24 68 37 79 53 77C69 75 79 62 77 47C75 32 64 22 48 24'],
} as const;

/** A grid of nine buttons. One of them is in the page's tab order; arrow keys move between them. */
export function createBoardView(root: HTMLElement, onChoose: (cell: Cell) => void): BoardView {
  const buttons = CELLS.map(() => createCellButton());
  const strike = createSvgElement('line', { pathLength: 1 });
  root.setAttribute('role', 'grid');
  root.setAttribute('aria-label', 'Board');
  root.replaceChildren(...createRows(buttons), createStrikeLayer(strike));

  function moveFocus(cell: Cell): void {
    for (const [index, button] of buttons.entries()) button.tabIndex = index === cell ? 0 : -1;
    buttons[cell].focus();
  }

  for (const [cell, button] of buttons.entries()) {
    button.tabIndex = cell === 0 ? 0 : -1;
    button.addEventListener('click', () => {
      moveFocus(cell);
      onChoose(cell);
    });
    button.addEventListener('keydown', (event) => {
      const target = focusAfter(event.key, cell, event.ctrlKey);
      if (target === undefined) return;
      event.preventDefault();
      moveFocus(target);
    });
  }

  return {
    draw(session) {
      const standing = standingOf(session.board);
      const line = standing.status === 'won' ? standing.line : [];
      drawRoot(root, session);
      for (const cell of CELLS) drawCell(buttons[cell], cell, session, line.includes(cell));
      if (line.length > 0) drawStrike(strike, line);
    },
  };
}

function createRows(buttons: readonly HTMLButtonElement[]): readonly HTMLElement[] {
  return [0, 3, 6].map((first) => {
    const row = createHtmlElement('div', { role: 'row' });
    for (const button of buttons.slice(first, first + 3)) {
      const gridCell = createHtmlElement('div', { role: 'gridcell' });
      gridCell.append(button);
      row.append(gridCell);
    }
    return row;
  });
}

function createCellButton(): HTMLButtonElement {
  const button = createHtmlElement('button', { type: 'button', class: 'cell' });
  for (const mark of ['X', 'O'] as const) {
    const svg = createSvgElement('svg', { class: `mark mark-${mark}`, viewBox: '0 0 100 100', 'aria-hidden': 'true' });
    svg.append(...STROKES[mark].map((d) => createSvgElement('path', { d, pathLength: 1 })));
    button.append(svg);
  }
  return button;
}

function createStrikeLayer(strike: SVGElement): SVGElement {
  const layer = createSvgElement('svg', { class: 'strike', viewBox: '0 0 3 3', 'aria-hidden': 'true' });
  layer.append(strike);
  return layer;
}

function drawRoot(root: HTMLElement, session: Session): void {
  const standing = standingOf(session.board);
  const canMove = standing.status === 'playing' && session.question === undefined;
  setData(root, 'turn', canMove ? standing.next : undefined);
  setData(root, 'winner', standing.status === 'won' ? standing.winner : undefined);
  setData(root, 'status', standing.status);
  root.setAttribute('aria-busy', String(session.question !== undefined));
}

function drawCell(button: HTMLButtonElement, cell: Cell, session: Session, isOnWinningLine: boolean): void {
  const unconfirmed = unconfirmedMove(session);
  const isUnconfirmed = unconfirmed?.cell === cell;
  const mark = isUnconfirmed ? unconfirmed.mark : markAt(session.board, cell);
  setData(button, 'mark', mark);
  setData(button, 'unsent', isUnconfirmed && session.trouble !== undefined ? '' : undefined);
  setData(button, 'reply', session.reply === cell ? '' : undefined);
  setData(button, 'win', isOnWinningLine ? '' : undefined);
  button.setAttribute('aria-label', cellLabel(cell, mark, isOnWinningLine));
  button.setAttribute('aria-disabled', String(mark !== undefined || standingOf(session.board).status !== 'playing'));
}

function drawStrike(strike: SVGElement, line: readonly Cell[]): void {
  for (const [attribute, value] of Object.entries(strikeThrough(line))) strike.setAttribute(attribute, String(value));
}
