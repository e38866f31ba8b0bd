import { Command } from 'commander';
import { HearthError } from '../errors.ts';
import { TEST_HELP, TEST_PROMQL_HELP } from '../test-scripts/help.ts';
import { renderCounts, renderResult } from '../test-scripts/render-result.ts';
import { type FileResult, runFiles } from '../test-scripts/run-files.ts';
import type { CliContext } from './context.ts';

export function createTestCommand(context: CliContext): Command {
  return new Command('test')
    .summary('test queries and rules')
    .helpCommand(true)
    .addHelpText('after', TEST_HELP)
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
    .action((files: readonly string[], flags: PromqlFlags) => testPromql(files, flags, context));
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
