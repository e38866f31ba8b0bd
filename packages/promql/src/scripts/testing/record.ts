import { readFileSync, writeFileSync } from 'node:fs';
import type { Outcome } from '../run-script.ts';

/** What became of the evaluations of all scripts when that was last written down; a case is `file:line`. */
export interface AcceptanceRecord {
  readonly passes: ReadonlySet<string>;
  /** With the reason. */
  readonly skips: ReadonlyMap<string, string>;
}

const PASSES = new URL('passes.json', import.meta.url);
const SKIPS = new URL('skips.json', import.meta.url);

/** The lines of the cases that pass, by file. */
type Passes = Readonly<Record<string, readonly number[]>>;
type Skips = Readonly<Record<string, string>>;

export function readRecord(): AcceptanceRecord {
  const passes = JSON.parse(readFileSync(PASSES, 'utf8')) as Passes;
  const skips = JSON.parse(readFileSync(SKIPS, 'utf8')) as Skips;
  return {
    passes: new Set(Object.entries(passes).flatMap(([file, lines]) => lines.map((line) => `${file}:${line}`))),
    skips: new Map(Object.entries(skips)),
  };
}

export function writeRecord(outcomesByFile: ReadonlyMap<string, readonly Outcome[]>): void {
  const passes: Record<string, number[]> = {};
  const skips: Record<string, string> = {};
  for (const [file, outcomes] of outcomesByFile) {
    passes[file] = outcomes.filter(({ verdict }) => verdict === 'passed').map(({ line }) => line);
    for (const { line, verdict, reason } of outcomes)
      if (verdict === 'skipped') skips[`${file}:${line}`] = reason ?? '';
  }
  writeFileSync(PASSES, `${JSON.stringify(passes, undefined, 2)}\n`);
  writeFileSync(SKIPS, `${JSON.stringify(skips, undefined, 2)}\n`);
}

/** What is worse than the record says, one line each: passes that are gone, and skips that were not agreed on. */
export function findLosses(file: string, outcomes: readonly Outcome[], record: AcceptanceRecord): readonly string[] {
  const losses: string[] = [];
  for (const { line, query, verdict, reason } of outcomes) {
    const name = `${file}:${line}`;
    const isLoss =
      verdict === 'skipped' ? record.skips.get(name) !== reason : verdict === 'failed' && record.passes.has(name);
    if (isLoss) losses.push(`${name} ${query}: ${verdict}: ${reason}`);
  }
  const lines = new Set(outcomes.map(({ line }) => `${file}:${line}`));
  for (const name of record.passes) {
    if (name.startsWith(`${file}:`) && !lines.has(name)) losses.push(`${name}: no evaluation starts there any more`);
  }
  return losses;
}
