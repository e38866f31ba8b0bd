import process from 'node:process';
import { addAbortSignal } from 'node:stream';
import { createTerminal } from '../terminal/create-terminal.ts';
import { systemClock } from '../time/system-clock.ts';
import type { CliContext } from './context.ts';
import { run } from './run.ts';
import { listenForStopRequests } from './stop-requests.ts';

/** Runs this process's command line against the world outside, and leaves the exit code for when nothing is left to do. */
export async function runAsProcess(parts: Pick<CliContext, 'locateSampleApplication'>): Promise<void> {
  const { argv, stdout, stderr, env } = process;
  const stopRequests = listenForStopRequests(process, systemClock);
  const terminal = createTerminal({ stdout, stderr, env, onLost: stopRequests.requestStop });
  const openInput = (signal: AbortSignal) => addAbortSignal(signal, process.stdin);
  process.exitCode = await run(argv.slice(2), {
    ...parts,
    terminal,
    clock: systemClock,
    now: Date.now,
    env,
    stopRequests,
    openInput,
  });
}
