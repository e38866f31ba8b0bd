import { Command, Option } from 'commander';
import { chooseEvaluation, type TimeFlags, UsageError } from '../query/evaluation.ts';
import { explainQuery } from '../query/explain.ts';
import { LABELS_HELP, QUERY_HELP, SERIES_HELP } from '../query/help.ts';
import { printableCell } from '../query/printable.ts';
import { askLabels, askQuery, askSeries, type CheckedAnswer } from '../query/questions.ts';
import { renderCsv, renderLabelSetsCsv, renderTextsCsv } from '../query/render-csv.ts';
import { renderLabelSets, renderTable } from '../query/render-table.ts';
import { writeLines } from '../query/write-lines.ts';
import type { CliContext } from './context.ts';
import { addServerOptions, connect, parsePositiveDuration, parseTimeFlag, type ServerFlags } from './query-flags.ts';
import { runStoppable } from './run-stoppable.ts';

interface QueryFlags extends TimeFlags, ServerFlags {
  readonly explain?: boolean;
}

export function createQueryCommand(context: CliContext): Command {
  const explain = new Option('--explain', 'print the plan of the query instead; asks no server');
  const command = new Command('query')
    .summary('ask a running server')
    .usage("[options] '<expression>'")
    .argument('<expression>', 'a query of PromQL')
    .option('--time <time>', 'at this moment', parseTimeFlag)
    .option('--range <duration>', 'over so long a time, up to now or --end', parsePositiveDuration)
    .option('--start <time>', 'from this time on, up to now or --end', parseTimeFlag)
    .option('--end <time>', 'where the range ends', parseTimeFlag)
    .option('--step <duration>', 'between two points of the range', parsePositiveDuration)
    .addOption(explain.conflicts(['url', 'user', 'passwordFile', 'timeout', 'format']));
  addServerOptions(command)
    .enablePositionalOptions()
    .addHelpText('after', QUERY_HELP)
    .hook('preSubcommand', refuseFlagsInFront)
    .action((text: string, flags: QueryFlags, self: Command) =>
      guard(context, self, () => query(text, flags, context)),
    );
  return command.addCommand(createSeriesCommand(context)).addCommand(createLabelsCommand(context));
}

async function query(text: string, flags: QueryFlags, context: CliContext): Promise<void> {
  const { terminal, now } = context;
  const evaluation = chooseEvaluation(flags, now);
  if (flags.explain === true) {
    terminal.out(explainQuery(text, evaluation, now));
    return;
  }
  const server = await connect(flags, context);
  const answer = await askQuery(server, { text, evaluation, timeoutMs: flags.timeout });
  const count = 'series' in answer.parsed ? answer.parsed.series.length : 1;
  await print(answer, { count, noun: 'series', format: flags.format }, context, {
    table: () => renderTable(answer.parsed, evaluation, terminal),
    csv: () => renderCsv(answer.parsed),
  });
}

interface SeriesFlags extends ServerFlags {
  readonly start?: number;
  readonly end?: number;
}

function createSeriesCommand(context: CliContext): Command {
  const command = new Command('series')
    .summary('list series')
    .argument('<selector...>', "such as 'up' or '{job=\"api\"}'; several: what one of them matches");
  return addServerOptions(addTimes(command))
    .addHelpText('after', SERIES_HELP)
    .action((selectors: readonly string[], flags: SeriesFlags, self: Command) =>
      guard(context, self, () => series(selectors, flags, context)),
    );
}

async function series(selectors: readonly string[], flags: SeriesFlags, context: CliContext): Promise<void> {
  const answer = await askSeries(await connect(flags, context), { ...flags, selectors });
  const { parsed: sets } = answer;
  await print(answer, { count: sets.length, noun: 'series', format: flags.format }, context, {
    table: () => renderLabelSets(sets, context.terminal),
    csv: () => renderLabelSetsCsv(sets),
  });
}

interface LabelsFlags extends SeriesFlags {
  readonly match: readonly string[];
}

function createLabelsCommand(context: CliContext): Command {
  const command = new Command('labels')
    .summary('list the names of labels, or the values of one')
    .argument('[name]', 'the label whose values to list')
    .option('--match <selector>', 'only of series that match; may come several times', collect, []);
  return addServerOptions(addTimes(command))
    .addHelpText('after', LABELS_HELP)
    .action((name: string | undefined, flags: LabelsFlags, self: Command) =>
      guard(context, self, () => labels(name, flags, context)),
    );
}

async function labels(name: string | undefined, flags: LabelsFlags, context: CliContext): Promise<void> {
  const answer = await askLabels(await connect(flags, context), { ...flags, name, selectors: flags.match });
  const { parsed: texts } = answer;
  const noun = name === undefined ? 'labels' : 'values';
  await print(answer, { count: texts.length, noun, format: flags.format }, context, {
    table: () => texts.map(printableCell),
    csv: () => renderTextsCsv(name ?? 'label', texts),
  });
}

function addTimes(command: Command): Command {
  return command
    .option('--start <time>', 'only what has samples from this time on', parseTimeFlag)
    .option('--end <time>', 'only what has samples up to this time', parseTimeFlag);
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

interface Printing {
  readonly count: number;
  /** What `count` counts. */
  readonly noun: string;
  readonly format: ServerFlags['format'];
}

/** Prints the answer, and beside it what its reader should know. */
async function print(
  { data, warnings, infos }: CheckedAnswer<unknown>,
  { count, noun, format }: Printing,
  { terminal, stopRequests }: CliContext,
  render: { readonly table: () => readonly string[]; readonly csv: () => Iterable<string> },
): Promise<void> {
  for (const warning of warnings) terminal.err(`warning: ${warning}`);
  for (const info of infos) terminal.err(`info: ${info}`);
  if (count === 0) terminal.err(`the answer is empty: no ${noun}`);
  if (format === 'json') terminal.out(JSON.stringify(data));
  else if (format === 'csv') await writeLines(terminal, render.csv(), stopRequests.stop);
  else if (count > 0) await writeLines(terminal, render.table(), stopRequests.stop);
}

/** `hearth query --url … labels`: the flag would be lost in silence. */
function refuseFlagsInFront(command: Command, subcommand: Command): void {
  const flag = command.options.find((option) => command.getOptionValueSource(option.attributeName()) === 'cli');
  if (flag === undefined) return;
  command.error(
    `error: ${flag.long} comes behind '${subcommand.name()}': hearth query ${subcommand.name()} … ${flag.long} …`,
  );
}

async function guard(context: CliContext, command: Command, work: () => Promise<void>): Promise<void> {
  try {
    await runStoppable(context, work, (error) => error);
  } catch (error) {
    if (error instanceof UsageError) command.error(`error: ${error.message}`);
    throw error;
  }
}
