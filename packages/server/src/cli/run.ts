import { Command, CommanderError } from 'commander';
import { HearthError } from '../errors.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { CliContext } from './context.ts';
import { EXIT_CODE, type ExitCode } from './exit-code.ts';
import { readVersion } from './version.ts';

const HELP = `
Start here:
  $ hearth demo             see it work, with nothing to configure
  $ hearth serve --help     watch something of your own, with Prometheus' configuration
  $ hearth demo --help      what a command does, its flags, and examples

Exit codes: 0 it worked, 1 it failed, 2 it was called wrongly.
`;

type CreateCommand = (context: CliContext) => Command;

/** In the order of the help. Each is loaded when it is called: a server has no use for the megabytes that the others need. */
const LOADERS: Readonly<Record<string, () => Promise<CreateCommand>>> = {
  demo: async () => (await import('./demo.ts')).createDemoCommand,
  serve: async () => (await import('./serve.ts')).createServeCommand,
  query: async () => (await import('./query.ts')).createQueryCommand,
  check: async () => (await import('./check.ts')).createCheckCommand,
  test: async () => (await import('./test.ts')).createTestCommand,
  tsdb: async () => (await import('./tsdb.ts')).createTsdbCommand,
};

/** Runs one command line, without the name of the program. Resolves when the command is over; never rejects. */
export async function run(argv: readonly string[], context: CliContext): Promise<ExitCode> {
  try {
    const program = createProgram(context, await loadCommands(argv));
    await program.parseAsync(argv, { from: 'user' });
    return EXIT_CODE.fine;
  } catch (error) {
    return report(error, context.terminal);
  }
}

/** The one that is called; all of them where there is none of that name, as for the help. */
function loadCommands([name]: readonly string[]): Promise<readonly CreateCommand[]> {
  const loaders = name !== undefined && Object.hasOwn(LOADERS, name) ? [LOADERS[name]] : Object.values(LOADERS);
  return Promise.all(loaders.map((load) => load()));
}

function createProgram(context: CliContext, commands: readonly CreateCommand[]): Command {
  const { terminal } = context;
  const program = new Command('hearth')
    .description(
      'Watches a web application and the Jenkins pipelines that build it. Prometheus-native, in one process.',
    )
    .version(readVersion(), '-V, --version', 'print the version')
    .enablePositionalOptions()
    .helpOption('-h, --help', 'print help; also after a command')
    .addHelpText('after', HELP);
  for (const create of commands) program.addCommand(create(context));
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
