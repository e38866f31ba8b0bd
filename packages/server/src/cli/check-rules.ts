import { Command } from 'commander';
import { HearthError } from '../errors.ts';
import { readTextFile } from '../files/read-text-file.ts';
import { findDuplicates } from '../rules/find-duplicates.ts';
import { CHECK_RULES_HELP } from '../rules/help.ts';
import { parseRuleFile } from '../rules/parse-rule-file.ts';
import type { CliContext } from './context.ts';

export function createCheckRulesCommand(context: CliContext): Command {
  return new Command('rules')
    .summary('check files of alerting and recording rules')
    .argument('<file...>', 'the rule files')
    .addHelpText('after', CHECK_RULES_HELP)
    .action((files: readonly string[]) => checkRules(files, context));
}

/** Goes on after a file that is wrong, so that all of them are seen at once. */
async function checkRules(files: readonly string[], context: CliContext): Promise<void> {
  let wrong = 0;
  for (const file of files) {
    try {
      await checkRuleFile(file, context);
    } catch (error) {
      if (!(error instanceof HearthError)) throw error;
      wrong++;
      context.terminal.out(error.message);
    }
  }
  if (wrong > 0) throw new HearthError('HEARTH_BAD_CONFIG', `${wrong} of ${files.length} files cannot be used`);
}

async function checkRuleFile(file: string, { terminal }: CliContext): Promise<void> {
  const groups = parseRuleFile(await readTextFile(file), file);
  const rules = groups.flatMap((group) => group.rules);
  terminal.out(`${file}: sound: ${inWords(rules.length, 'rule')} in ${inWords(groups.length, 'group')}`);
  for (const name of findDuplicates(groups)) {
    terminal.err(`${file}: warning: ${name} is there more than once with the same labels: the series get mixed up`);
  }
}

function inWords(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
