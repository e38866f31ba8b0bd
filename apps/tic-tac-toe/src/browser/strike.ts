import type { Cell } from '../game/board.ts';

export interface Segment {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** How far the stroke reaches beyond the centres of its outer squares, in squares. */
const OVERHANG = 0.3;

/** The stroke through a winning line, on a board that is three units wide and high. */
export function strikeThrough(line: readonly Cell[]): Segment {
  const first = line[0];
  const last = line[line.length - 1];
  const dx = Math.sign((last % 3) - (first % 3)) * OVERHANG;
  const dy = Math.sign(Math.floor(last / 3) - Math.floor(first / 3)) * OVERHANG;
  return {
    x1: centre(first % 3) - dx,
    y1: centre(Math.floor(first / 3)) - dy,
    x2: centre(last % 3) + dx,
    y2: centre(Math.floor(last / 3)) + dy,
  };
}

function centre(index: number): number {
  return index + 0.5;
}
