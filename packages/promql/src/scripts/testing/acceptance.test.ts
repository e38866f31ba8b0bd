import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { createEngine } from '../../create-engine.ts';
import { scriptEngineOptions } from '../engine-options.ts';
import { type Outcome, runScript } from '../run-script.ts';
import { findLosses, readRecord, writeRecord } from './record.ts';

const BESIDE_THE_REPOSITORY = fileURLToPath(new URL('../../../../../../shared/promqltest/', import.meta.url));
/** `PROMQLTEST_SHOW=1` prints what fails, `PROMQLTEST_RECORD=1` writes down what passes and what is skipped. */
const { PROMQLTEST_DIR = BESIDE_THE_REPOSITORY, PROMQLTEST_RECORD, PROMQLTEST_SHOW } = process.env;

const outcomesByFile = new Map<string, readonly Outcome[]>();

async function runFile(file: string): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const engine = createEngine(scriptEngineOptions);
  for await (const outcome of runScript(readFileSync(join(PROMQLTEST_DIR, file), 'utf8'), { engine })) {
    outcomes.push(outcome);
  }
  outcomesByFile.set(file, outcomes);
  return outcomes;
}

function report(): void {
  const all = [...outcomesByFile].flatMap(([file, outcomes]) => outcomes.map((outcome) => ({ file, ...outcome })));
  const count = (verdict: Outcome['verdict']) => all.filter((outcome) => outcome.verdict === verdict).length;
  const counts = `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`;
  process.stdout.write(`Prometheus' scripts: ${counts}\n`);
  if (PROMQLTEST_SHOW === undefined) return;
  for (const { file, line, query, verdict, reason } of all) {
    if (verdict === 'failed') process.stdout.write(`${file}:${line} ${query}\n    ${reason}\n`);
  }
}

if (!existsSync(PROMQLTEST_DIR)) {
  test("Prometheus' scripts are absent: PROMQLTEST_DIR names where they are", () => undefined);
} else {
  describe("Prometheus' scripts", () => {
    const record = readRecord();
    afterAll(() => {
      report();
      if (PROMQLTEST_RECORD !== undefined) writeRecord(outcomesByFile);
    });
    test.each(readdirSync(PROMQLTEST_DIR).filter((name) => name.endsWith('.test')))('%s', async (file) => {
      const outcomes = await runFile(file);
      if (PROMQLTEST_RECORD === undefined) expect(findLosses(file, outcomes, record)).toEqual([]);
    });
  });
}
