import { plainPaint } from '../terminal/paint.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** A terminal that remembers what was written to it. */
export interface RecordingTerminal extends Terminal {
  readonly outLines: readonly string[];
  readonly errLines: readonly string[];
  readonly statusLines: readonly string[];
}

/** `width` is that of a terminal; without one it is a file or a pipe. */
export function createRecordingTerminal({ width }: { readonly width?: number | undefined } = {}): RecordingTerminal {
  const outLines: string[] = [];
  const errLines: string[] = [];
  const statusLines: string[] = [];
  return {
    outLines,
    errLines,
    statusLines,
    out: (text) => void outLines.push(...text.split('\n')),
    err: (text) => void errLines.push(...text.split('\n')),
    status: (line) => void statusLines.push(line),
    drained: () => undefined,
    isLost: false,
    width,
    paint: plainPaint,
  };
}
