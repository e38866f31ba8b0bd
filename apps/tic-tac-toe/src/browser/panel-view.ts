import { standingOf } from '../game/standing.ts';
import { elementById, setData } from './elements.ts';
import { markOf, repeatableQuestion, type Seat, type Session, scoreOf, seatOf } from './session.ts';
import { messageOf, seatName } from './words.ts';

export interface PanelView {
  draw(session: Session, slow: boolean): void;
}

/** The score, the message area and the choices beside the board. */
export function createPanelView(): PanelView {
  const message = elementById('message');
  const status = elementById('status');
  const again = elementById('try-again');
  const newGame = elementById('new-game');
  const draws = elementById('draws');
  const seats = ([0, 1] as const).map((seat) => createSeatView(seat));

  return {
    draw(session, slow) {
      const { tone, text } = messageOf(session, slow);
      message.dataset.tone = tone;
      if (status.textContent !== text) status.textContent = text;
      again.hidden = repeatableQuestion(session) === undefined;
      setData(newGame, 'inviting', standingOf(session.board).status === 'playing' ? undefined : '');
      draws.textContent = String(scoreOf(session).draws);
      for (const seat of seats) seat.draw(session);
    },
  };
}

function createSeatView(seat: Seat): { draw(session: Session): void } {
  const card = elementById(`seat-${seat}`);
  const name = elementById(`seat-${seat}-name`);
  const wins = elementById(`seat-${seat}-wins`);
  const beginnerLabel = elementById(`begins-${seat}-label`);

  return {
    draw(session) {
      const standing = standingOf(session.board);
      name.textContent = seatName(session, seat);
      beginnerLabel.textContent = seatName(session, seat);
      wins.textContent = String(scoreOf(session).wins[seat]);
      setData(card, 'plays', markOf(session, seat));
      setData(card, 'turn', standing.status === 'playing' && seatOf(session, standing.next) === seat ? '' : undefined);
      setData(card, 'won', standing.status === 'won' && seatOf(session, standing.winner) === seat ? '' : undefined);
    },
  };
}
