import type { Terminal } from '../terminal/terminal.ts';
import type { Clock } from '../time/clock.ts';

const BAR_WIDTH = 24;
const REDRAW_MS = 100;
const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Shows how far long work is, to somebody who watches. */
export interface Progress {
  /** `done` of `total` bytes; `total` is `undefined` where it is not known. */
  update(done: number, total: number | undefined): void;
}

export function createProgress(what: string, terminal: Terminal, clock: Clock): Progress {
  let drawnMs = clock.nowMs() - REDRAW_MS;
  return {
    update(done, total) {
      const nowMs = clock.nowMs();
      if (nowMs - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs;
      terminal.status(renderProgress(what, done, total));
    },
  };
}

/** `Verifying [######··················]  25 %, 1.2 MB of 4.8 MB` */
export function renderProgress(what: string, done: number, total: number | undefined): string {
  if (total === undefined) return `${what} ${formatBytes(done)}`;
  const part = total === 0 ? 1 : Math.min(done / total, 1);
  const bar = '#'.repeat(Math.floor(part * BAR_WIDTH)).padEnd(BAR_WIDTH, '·');
  const percent = String(Math.floor(part * 100)).padStart(3);
  return `${what} [${bar}] ${percent} %, ${formatBytes(Math.min(done, total))} of ${formatBytes(total)}`;
}

/** For people: `999 B`, `1.5 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}
