import { Command } from 'commander';
import { checkConfig, checkWebConfig, type Verdict } from '../check/check-config.ts';
import { checkMetrics } from '../check/check-metrics.ts';
import { CHECK_HELP, CONFIG_HELP, METRICS_HELP, WEB_CONFIG_HELP } from '../check/help.ts';
import { nodeConfigHost } from '../config/node-config-host.ts';
import { HearthError } from '../errors.ts';
import { createCheckRulesCommand } from './check-rules.ts';
import type { CliContext } from './context.ts';

export function createCheckCommand(context: CliContext): Command {
  const command = new Command('check')
    .summary('check files before a server reads them')
    .helpCommand(true)
    .addHelpText('after', CHECK_HELP);
  const creators = [createConfigCommand, createCheckRulesCommand, createWebConfigCommand, createMetricsCommand];
  for (const create of creators) command.addCommand(create(context));
  return command;
}

function createConfigCommand(context: CliContext): Command {
  return new Command('config')
    .summary('check configuration files such as prometheus.yml')
    .argument('<file...>', 'the files')
    .option('--syntax-only', 'look for no other files than those', false)
    .addHelpText('after', CONFIG_HELP)
    .action((files: readonly string[], { syntaxOnly }: { readonly syntaxOnly: boolean }) => {
      const host = { ...nodeConfigHost, env: context.env };
      return checkEach(files, (file) => checkConfig(file, host, { looksAtFiles: !syntaxOnly }), context);
    });
}

function createWebConfigCommand(context: CliContext): Command {
  return new Command('web-config')
    .summary('check web configuration files')
    .argument('<file...>', 'the files')
    .addHelpText('after', WEB_CONFIG_HELP)
    .action((files: readonly string[]) => checkEach(files, (file) => checkWebConfig(file, nodeConfigHost), context));
}

async function checkEach(
  files: readonly string[],
  check: (file: string) => Promise<Verdict>,
  { terminal }: CliContext,
): Promise<void> {
  let badCount = 0;
  for (const file of files) {
    const { isSound, lines, warnings } = await check(file);
    terminal.out(lines.join('\n'));
    if (warnings.length > 0) terminal.err(warnings.join('\n'));
    if (!isSound) badCount++;
  }
  if (badCount > 0) throw new HearthError('HEARTH_BAD_CONFIG', `${badCount} of ${files.length} files cannot be used`);
}

function createMetricsCommand(context: CliContext): Command {
  return new Command('metrics')
    .summary('check metrics that come in through a pipe')
    .addHelpText('after', METRICS_HELP)
    .action(async () => {
      const { terminal, openInput, stopRequests } = context;
      const problems = await checkMetrics(openInput(stopRequests.stop));
      if (problems.length === 0) return;
      terminal.out(problems.map(({ metric, text }) => `${metric} ${text}`).join('\n'));
      const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
      throw new HearthError('HEARTH_BAD_INPUT', `${count} with these metrics`);
    });
}
