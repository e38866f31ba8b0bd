import { HearthError } from '../errors.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Part } from './part.ts';
import { renderTable } from './table.ts';

const WIDTH = 100;
const MARGIN = '  ';

export interface DemoOptions {
  /** Started in this order, stopped in the opposite one. */
  readonly parts: readonly Part[];
  readonly terminal: Terminal;
  /** Aborted to end the demo, at any time. */
  readonly stop: AbortSignal;
  /** Aborted when ending it takes too long for somebody. */
  readonly hurry: AbortSignal;
}

/**
 * Starts the parts, shows what runs where, and waits for `stop`. Whatever happens, everything that was started has ended
 * when it resolves or throws. Throws what a part threw that could not start, and HEARTH_KILLED after `hurry`.
 */
export async function runDemo({ parts, terminal, stop, hurry }: DemoOptions): Promise<void> {
  const stopped = untilAborted(stop);
  try {
    await Promise.race([startInOrder(parts, stop), stopped]);
    if (!stop.aborted) showWhatRuns(parts, terminal);
    await stopped;
    terminal.out('\nStopping. Ctrl-C again ends everything at once.');
  } finally {
    for (const part of parts.toReversed()) await part.stop(hurry);
  }
  if (hurry.aborted) throw new HearthError('HEARTH_KILLED', 'everything was ended at once, as asked');
  terminal.out('Everything has stopped.');
}

async function startInOrder(parts: readonly Part[], stop: AbortSignal): Promise<void> {
  for (const part of parts) {
    if (stop.aborted) return;
    await part.start();
  }
}

function showWhatRuns(parts: readonly Part[], terminal: Terminal): void {
  const { paint } = terminal;
  const rows = parts.flatMap((part) => part.rows());
  const indent = (line: string): string => MARGIN + line;
  terminal.out('');
  for (const line of renderTable(rows, { paint, maxWidth: WIDTH - MARGIN.length })) terminal.out(indent(line));
  terminal.out('');
  const hints = parts.flatMap((part) => part.hint?.() ?? []);
  for (const { words, command } of hints) terminal.out(indent(`${words}: ${paint.strong(command)}`));
  terminal.out(indent('Ctrl-C stops everything.'));
  terminal.out('');
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
