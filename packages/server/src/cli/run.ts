import { Command, CommanderError } from 'commander';
import { HearthError } from '../errors.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { createCheckCommand } from './check.ts';
import type { CliContext } from './context.ts';
import { createDemoCommand } from './demo.ts';
import { EXIT_CODE, type ExitCode } from './exit-code.ts';
import { createQueryCommand } from './query.ts';
import { createServeCommand } from './serve.ts';
import { createTestCommand } from './test.ts';
import { createTsdbCommand } from './tsdb.ts';
import { readVersion } from './version.ts';

const HELP = `
Start here:
  $ hearth demo             see it work, with nothing to configure
  $ hearth serve --help     watch something of your own, with Prometheus' configuration
  $ hearth demo --help      what a command does, its flags, and examples

Exit codes: 0 it worked, 1 it failed, 2 it was called wrongly.
`;

/** Runs one command line, without the name of the program. Resolves when the command is over; never rejects. */
export async function run(argv: readonly string[], context: CliContext): Promise<ExitCode> {
  try {
    await createProgram(context).parseAsync(argv, { from: 'user' });
    return EXIT_CODE.fine;
  } catch (error) {
    return report(error, context.terminal);
  }
}

function createProgram(context: CliContext): Command {
  const { terminal } = context;
  const program = new Command('hearth')
    .description(
      'Watches a web application and the Jenkins pipelines that build it. Prometheus-native, in one process.',
    )
    .version(readVersion(), '-V, --version', 'print the version')
    .enablePositionalOptions()
    .helpOption('-h, --help', 'print help; also after a command')
    .addHelpText('after', HELP);
  const creators = [
    createDemoCommand,
    createServeCommand,
    createQueryCommand,
    createCheckCommand,
    createTestCommand,
    createTsdbCommand,
  ];
  for (const create of creators) program.addCommand(create(context));
  configure(program, program.name(), terminal);
  return program;
}

/** Makes a command, and those under it, throw instead of ending the process, and write to the terminal. */
function configure(command: Command, callName: string, terminal: Terminal): void {
  command
    .exitOverride()
    .showHelpAfterError(`Try: ${callName} --help`)
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });
  for (const each of command.commands) configure(each, `${callName} ${each.name()}`, terminal);
}

/** Commander has already said what was wrong with the command line. */
function report(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODE.fine : EXIT_CODE.badUsage;
  if (error instanceof HearthError) terminal.err(`error[${error.code}]: ${error.message}`);
  else terminal.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT_CODE.failed;
}
