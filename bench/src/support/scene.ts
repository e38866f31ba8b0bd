import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Program } from './programs.ts';

/** What a benchmark leaves nothing of: a temporary directory and programs. */
export interface Scene {
  readonly directory: string;
  readonly add: <T extends Program>(program: T) => T;
}

/** Stops the programs and removes the directory in the end, and also when `play` fails. */
export async function playScene(play: (scene: Scene) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-bench-'));
  const programs: Program[] = [];
  const add = <T extends Program>(program: T): T => {
    programs.push(program);
    return program;
  };
  try {
    await play({ directory, add });
  } finally {
    await Promise.all(programs.map((program) => program.stop()));
    await rm(directory, { recursive: true, force: true });
  }
}

/** Of the last minute: figures from a busy machine are not to be trusted much. */
export function loadNote(): string {
  return `load average ${loadavg()[0]!.toFixed(1)}`;
}

export function settingOf(name: string, otherwise: number): number {
  const value = Number(process.env[name] ?? otherwise);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${name} is ${process.env[name]}, which is not a positive integer`);
}
