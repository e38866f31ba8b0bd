import type { Terminal } from '../terminal/terminal.ts';

/** About so many characters are written at once. */
const TEXT_CHARACTERS = 64 * 1024;

/** Writes many lines as fast as they are read. Rejects when `signal` ends it. */
export async function writeLines(terminal: Terminal, lines: Iterable<string>, signal: AbortSignal): Promise<void> {
  let waiting: string[] = [];
  let characters = 0;
  for (const line of lines) {
    waiting.push(line);
    characters += line.length;
    if (characters < TEXT_CHARACTERS) continue;
    terminal.out(waiting.join('\n'));
    waiting = [];
    characters = 0;
    await terminal.drained();
    signal.throwIfAborted();
  }
  if (waiting.length > 0) terminal.out(waiting.join('\n'));
}
