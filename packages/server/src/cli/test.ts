import { Command } from 'commander';
import { HearthError } from '../errors.ts';
import { renderTestFile } from '../test-rules/render-result.ts';
import { runTestFile, type TestFileResult } from '../test-rules/run-test-file.ts';
import { TEST_HELP, TEST_PROMQL_HELP, TEST_RULES_HELP } from '../test-scripts/help.ts';
import { renderCounts, renderResult } from '../test-scripts/render-result.ts';
import { type FileResult, runFiles } from '../test-scripts/run-files.ts';
import type { CliContext } from './context.ts';
import { runStoppable } from './run-stoppable.ts';

export function createTestCommand(context: CliContext): Command {
  return new Command('test')
    .summary('test queries and rules')
    .helpCommand(true)
    .addHelpText('after', TEST_HELP)
    .addCommand(createTestRulesCommand(context))
    .addCommand(createTestPromqlCommand(context));
}

interface PromqlFlags {
  readonly showSkipped: boolean;
}

function createTestPromqlCommand(context: CliContext): Command {
  return new Command('promql')
    .summary('run scripts of queries and their results')
    .argument('<file...>', 'the scripts')
    .option('--show-skipped', 'say what is skipped, and why', false)
    .addHelpText('after', TEST_PROMQL_HELP)
    .action((files: readonly string[], flags: PromqlFlags) =>
      runStoppable(
        context,
        () => testPromql(files, flags, context),
        (error) => error,
      ),
    );
}

async function testPromql(
  files: readonly string[],
  { showSkipped: showsSkipped }: PromqlFlags,
  { terminal, stopRequests }: CliContext,
): Promise<void> {
  const results: FileResult[] = [];
  for await (const result of runFiles(files, stopRequests.stop)) {
    results.push(result);
    terminal.out(renderResult(result, { showsSkipped }).join('\n'));
  }
  const outcomes = results.flatMap((result) => result.outcomes);
  if (files.length > 1) terminal.out(renderCounts(outcomes));
  const failed = outcomes.filter(({ verdict }) => verdict === 'failed').length;
  if (failed > 0) throw new HearthError('HEARTH_TEST_FAILED', `${failed} of ${outcomes.length} evaluations failed`);
}

function createTestRulesCommand(context: CliContext): Command {
  return new Command('rules')
    .summary('run tests of alerting and recording rules')
    .argument('<file...>', 'the test files')
    .addHelpText('after', TEST_RULES_HELP)
    .action((files: readonly string[]) =>
      runStoppable(
        context,
        () => testRules(files, context),
        (error) => error,
      ),
    );
}

async function testRules(files: readonly string[], context: CliContext): Promise<void> {
  let count = 0;
  let failed = 0;
  for (const file of files) {
    const result = await tryRunTestFile(file, context);
    if (result === undefined) {
      failed++;
      count++;
      continue;
    }
    count += result.tests.length;
    failed += result.tests.filter(({ failures }) => failures.length > 0).length;
  }
  if (failed > 0) throw new HearthError('HEARTH_TEST_FAILED', `${failed} of ${count} tests failed`);
}

/** Says how it went. A file that cannot be read does not keep the others from being tested. */
async function tryRunTestFile(
  file: string,
  { terminal, stopRequests }: CliContext,
): Promise<TestFileResult | undefined> {
  try {
    const result = await runTestFile(file, stopRequests.stop);
    for (const warning of result.warnings) terminal.err(`${file}: warning: ${warning}`);
    terminal.out(renderTestFile(result).join('\n'));
    return result;
  } catch (error) {
    if (!(error instanceof HearthError)) throw error;
    terminal.out([`${file}: cannot be run`, ...error.message.split('\n').map((line) => `  ${line}`)].join('\n'));
    return undefined;
  }
}
