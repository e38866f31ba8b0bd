#!/usr/bin/env node
import process from 'node:process';
import { createTerminal } from '../terminal/create-terminal.ts';
import { systemClock } from '../time/system-clock.ts';
import { run } from './run.ts';
import { listenForStopRequests } from './stop-requests.ts';

const { stdout, stderr, env } = process;
const stopRequests = listenForStopRequests(process, systemClock);
const terminal = createTerminal({ stdout, stderr, env, onLost: stopRequests.requestStop });

process.exitCode = await run(process.argv.slice(2), {
  terminal,
  clock: systemClock,
  env,
  stopRequests,
  locateSampleApplication: () => new URL(import.meta.resolve('@hearth/tic-tac-toe/main')),
});
