#!/usr/bin/env node
import { runAsProcess } from './run-as-process.ts';

await runAsProcess({ locateSampleApplication: () => new URL(import.meta.resolve('@hearth/tic-tac-toe/main')) });
