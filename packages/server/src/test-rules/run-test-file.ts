import { expandGlob } from '../files/glob.ts';
import { listDirectory } from '../files/list-directory.ts';
import { readTextFile } from '../files/read-text-file.ts';
import { parseRuleFile } from '../rules/parse-rule-file.ts';
import type { RuleGroup } from '../rules/rule-group.ts';
import { createStoppablePace } from '../tsdb/stoppable-pace.ts';
import { parseTestFile } from './parse-test-file.ts';
import { type Failure, runTestGroup } from './run-test-group.ts';

export interface TestFileResult {
  readonly file: string;
  /** One for each test of the file. */
  readonly tests: readonly TestResult[];
  /** What is odd without being wrong. */
  readonly warnings: readonly string[];
}

export interface TestResult {
  readonly name: string;
  readonly failures: readonly Failure[];
}

/** Runs all tests of a file. Throws a HearthError where it, or a rule file, cannot be read. */
export async function runTestFile(file: string, signal: AbortSignal): Promise<TestFileResult> {
  const testFile = parseTestFile(await readTextFile(file), file);
  const warnings: string[] = [];
  const rules = await readRules(testFile.ruleFiles, warnings);
  const pace = createStoppablePace(signal);
  const tests: TestResult[] = [];
  for (const [i, test] of testFile.groups.entries()) {
    const failures = await runTestGroup(test, { rules, testFile, signal, pace });
    tests.push({ name: test.name ?? `test ${i + 1}`, failures });
  }
  return { file, tests, warnings };
}

async function readRules(patterns: readonly string[], warnings: string[]): Promise<readonly RuleGroup[]> {
  const files = new Set<string>();
  for (const pattern of patterns) {
    const found = await expandGlob(pattern, listDirectory);
    if (found.length === 0) warnings.push(`no file matches ${pattern}`);
    for (const file of found) files.add(file);
  }
  const groups: RuleGroup[] = [];
  for (const file of files) groups.push(...parseRuleFile(await readTextFile(file), file));
  return groups;
}
