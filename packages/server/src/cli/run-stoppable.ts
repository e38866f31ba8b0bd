import { PromqlError } from '@hearth/promql';
import { HearthError } from '../errors.ts';
import type { CliContext } from './context.ts';

/**
 * Runs a command that ends when it is told to stop: quietly if nobody reads its output any more. `failureOf` makes other
 * errors words for people.
 */
export async function runStoppable(
  context: CliContext,
  work: (context: CliContext) => Promise<void>,
  failureOf: (error: unknown) => unknown,
): Promise<void> {
  const { terminal, stopRequests } = context;
  const { stop } = stopRequests;
  try {
    await work(context);
  } catch (error) {
    if (!stop.aborted || !isAbort(error, stop)) throw failureOf(error);
    if (!terminal.isLost) throw new HearthError('HEARTH_STOPPED', 'stopped before it was done');
  } finally {
    terminal.status('');
  }
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  if (error === signal.reason) return true;
  return error instanceof PromqlError
    ? error.code === 'canceled'
    : error instanceof Error && error.name === 'AbortError';
}
