import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DurationError, type ExpositionFormat, type Matcher, parseDuration } from '@hearth/model';
import { ParseError, parseMetricSelector } from '@hearth/promql';
import { createUlidFactory, nodeHost, openBlock, PageCache } from '@hearth/tsdb';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { HearthError } from '../errors.ts';
import { analyzeBlock, renderAnalysis } from '../tsdb/analyze.ts';
import { renderBench, runBench } from '../tsdb/bench.ts';
import { dumpLines } from '../tsdb/dump.ts';
import { checkDirectory, failureOf } from '../tsdb/failures.ts';
import { formatGoDuration } from '../tsdb/go-text.ts';
import {
  ANALYZE_HELP,
  BENCH_HELP,
  DUMP_HELP,
  IMPORT_HELP,
  LIST_HELP,
  SNAPSHOT_HELP,
  TSDB_HELP,
  VERIFY_HELP,
} from '../tsdb/help.ts';
import { importBlocks } from '../tsdb/import/import-blocks.ts';
import { openInputFile } from '../tsdb/import/open-input.ts';
import { listBlocks, renderBlocks } from '../tsdb/list-blocks.ts';
import { openReading } from '../tsdb/open-reading.ts';
import { createProgress, formatBytes } from '../tsdb/progress.ts';
import { makeSnapshot } from '../tsdb/snapshot.ts';
import { createStoppablePace } from '../tsdb/stoppable-pace.ts';
import { renderFinding, verify } from '../tsdb/verify.ts';
import type { CliContext } from './context.ts';
import { parseWholeNumber } from './flags.ts';
import { runStoppable } from './run-stoppable.ts';

const ANALYZE_CACHE_BYTES = 16 * 1024 * 1024;

export function createTsdbCommand(context: CliContext): Command {
  const command = new Command('tsdb')
    .summary('look into a data directory, check it, and fill it')
    .helpCommand(true)
    .addHelpText('after', TSDB_HELP);
  const creators = [
    createListCommand,
    createDumpCommand,
    createVerifyCommand,
    createImportCommand,
    createAnalyzeCommand,
    createSnapshotCommand,
    createBenchCommand,
  ];
  for (const create of creators) command.addCommand(create(context));
  return command;
}

function createListCommand(context: CliContext): Command {
  return new Command('list')
    .summary('list the blocks')
    .addArgument(directoryArgument())
    .option('-r, --human-readable', 'print dates and sizes for people', false)
    .addHelpText('after', LIST_HELP)
    .action((directory: string, flags: { readonly humanReadable: boolean }) =>
      guard(context, async ({ terminal }) => {
        const { fileSystem } = nodeHost;
        await checkDirectory(directory, fileSystem);
        const { blocks, problems } = await listBlocks(directory, fileSystem);
        terminal.out(renderBlocks(blocks, flags).join('\n'));
        failIfDamaged(problems, context);
      }),
    );
}

interface DumpFlags {
  readonly minTime: number;
  readonly maxTime: number;
  readonly match?: readonly Matcher[];
}

function createDumpCommand(context: CliContext): Command {
  const minTime = new Option('--min-time <ms>', 'from this time on, in Unix milliseconds');
  const maxTime = new Option('--max-time <ms>', 'up to this time, which is included');
  return new Command('dump')
    .summary('print samples')
    .addArgument(directoryArgument())
    .addOption(minTime.argParser(parseTime).default(Number.MIN_SAFE_INTEGER, 'the first'))
    .addOption(maxTime.argParser(parseTime).default(Number.MAX_SAFE_INTEGER, 'the last'))
    .option('--match <selector>', 'only these series; a series selector of PromQL', parseMatch)
    .addHelpText('after', DUMP_HELP)
    .action((directory: string, flags: DumpFlags) => guard(context, () => dump(directory, flags, context)));
}

async function dump(directory: string, flags: DumpFlags, context: CliContext): Promise<void> {
  const { terminal, stopRequests } = context;
  const { minTime: startMs, maxTime: endMs, match: matchers = [] } = flags;
  if (startMs > endMs) throw new HearthError('HEARTH_BAD_INPUT', `no time is from ${startMs} up to ${endMs}`);
  const problems: string[] = [];
  const warn = (problem: string) => problems.push(problem);
  const { querier, close } = await openReading({ directory, host: nodeHost, startMs, endMs, warn });
  try {
    for await (const lines of dumpLines(querier, { matchers, startMs, endMs }, stopRequests.stop)) {
      terminal.out(lines);
      await terminal.drained();
      stopRequests.stop.throwIfAborted();
    }
    failIfDamaged([...problems, ...querier.warnings], context);
  } finally {
    await close();
  }
}

function createVerifyCommand(context: CliContext): Command {
  return new Command('verify')
    .summary('read everything, and say what is wrong')
    .addArgument(directoryArgument())
    .addHelpText('after', VERIFY_HELP)
    .action((directory: string) => guard(context, () => verifyAll(directory, context)));
}

async function verifyAll(directory: string, { terminal, clock, stopRequests }: CliContext): Promise<void> {
  await checkDirectory(directory, nodeHost.fileSystem);
  const { update: progress } = createProgress('Verifying', terminal, clock);
  const { stop: signal } = stopRequests;
  const { findings, blockCount, totalBytes } = await verify({ directory, host: nodeHost, signal, progress });
  let count = 0;
  for await (const finding of findings) {
    count++;
    terminal.out(renderFinding(finding));
    await terminal.drained();
    signal.throwIfAborted();
  }
  if (count > 0) throw new HearthError('HEARTH_DATA_DAMAGED', `${directory}: ${inWords(count, 'finding')}`);
  terminal.out(`${directory}: sound: ${inWords(blockCount, 'block')}, ${formatBytes(totalBytes)} in all`);
}

function inWords(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

interface ImportFlags {
  readonly format: ExpositionFormat;
  readonly maxBlockDuration: number;
  readonly humanReadable: boolean;
  readonly quiet: boolean;
}

function createImportCommand(context: CliContext): Command {
  const format = new Option('--format <name>', 'what the file is written in');
  return new Command('import')
    .summary('make blocks of samples in a text')
    .argument('<file>', 'the text, or - for what comes in through a pipe')
    .addArgument(directoryArgument())
    .addOption(format.choices(['openmetrics', 'prometheus-text']).default('openmetrics'))
    .option('--max-block-duration <duration>', 'make longer blocks: 6h, 18h, …', parseBlockDuration, 0)
    .option('-r, --human-readable', 'print dates and sizes for people', false)
    .option('-q, --quiet', 'do not print the blocks that were made', false)
    .addHelpText('after', IMPORT_HELP)
    .action((file: string, directory: string, flags: ImportFlags) =>
      guard(context, () => importFile(file, directory, flags, context)),
    );
}

async function importFile(file: string, directory: string, flags: ImportFlags, context: CliContext): Promise<void> {
  const { terminal, clock, stopRequests } = context;
  const { stop: signal } = stopRequests;
  const { fileSystem } = nodeHost;
  const isPipe = file === '-';
  const input = isPipe ? { bytes: context.openInput(signal), sizeBytes: undefined } : await openInputFile(file, signal);
  const [reading, writing] = ['Reading', 'Writing'].map((what) => createProgress(what, terminal, clock));
  const createUlid = createUlidFactory();
  const metas = await importBlocks({
    input: input.bytes,
    name: isPipe ? 'stdin' : file,
    format: flags.format,
    directory,
    maxBlockDurationMs: flags.maxBlockDuration,
    fileSystem,
    createUlid: () => createUlid(),
    signal,
    reading: (bytes) => reading.update(bytes, input.sizeBytes),
    writing: (done, total) => writing.update(done, total),
  });
  if (flags.quiet) return;
  const { blocks } = await listBlocks(directory, fileSystem);
  const made = blocks.filter(({ meta }) => metas.some(({ ulid }) => ulid === meta.ulid));
  terminal.out(renderBlocks(made, flags).join('\n'));
}

function parseBlockDuration(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw new InvalidArgumentError(`It takes a duration such as 6h or 3d: ${error.reason}.`);
  }
}

function createAnalyzeCommand(context: CliContext): Command {
  return new Command('analyze')
    .summary('print what a block is made of')
    .addArgument(directoryArgument())
    .argument('[block]', 'its ULID; the newest block unless it is given')
    .option('--limit <number>', 'how many to print in each list', parseLimit, 20)
    .addHelpText('after', ANALYZE_HELP)
    .action((directory: string, ulid: string | undefined, { limit }: { readonly limit: number }) =>
      guard(context, () => analyze({ directory, ulid, limit }, context)),
    );
}

async function analyze(
  { directory, ulid, limit }: { readonly directory: string; readonly ulid: string | undefined; readonly limit: number },
  { terminal, stopRequests }: CliContext,
): Promise<void> {
  const { fileSystem } = nodeHost;
  await checkDirectory(directory, fileSystem);
  const { blocks } = await listBlocks(directory, fileSystem);
  const found = ulid === undefined ? blocks.at(-1) : blocks.find(({ meta }) => meta.ulid === ulid);
  if (found === undefined) {
    const reason =
      ulid === undefined
        ? 'there are no blocks in it; what is in the log becomes one after two hours or three'
        : `there is no block ${ulid}; hearth tsdb list names those that there are`;
    throw new HearthError('HEARTH_DATA_DIRECTORY', `${directory}: ${reason}`);
  }
  const pace = createStoppablePace(stopRequests.stop);
  const cache = new PageCache({ budgetBytes: ANALYZE_CACHE_BYTES });
  const block = await openBlock({ fileSystem, directory: join(directory, found.meta.ulid), cache, pace });
  try {
    terminal.out(renderAnalysis(await analyzeBlock(block, { limit, pace }), formatGoDuration).join('\n'));
  } finally {
    await block.close();
  }
}

function createSnapshotCommand(context: CliContext): Command {
  return new Command('snapshot')
    .summary('copy a directory that nobody uses')
    .addArgument(directoryArgument())
    .addHelpText('after', SNAPSHOT_HELP)
    .action((directory: string) => guard(context, () => snapshot(directory, context)));
}

async function snapshot(directory: string, { terminal, stopRequests }: CliContext): Promise<void> {
  await checkDirectory(directory, nodeHost.fileSystem);
  const path = await makeSnapshot({
    directory,
    host: nodeHost,
    signal: stopRequests.stop,
    warn: (message) => terminal.err(message),
    replaying: ({ segment, lastSegment }) => terminal.status(`Reading the log: segment ${segment} of ${lastSegment}`),
  });
  terminal.out(path);
}

interface BenchFlags {
  readonly series: number;
  readonly scrapes: number;
  readonly directory: string;
}

function createBenchCommand(context: CliContext): Command {
  return new Command('bench')
    .summary('measure how fast samples are written here')
    .option('--series <number>', 'how many series', parseSeries, 10_000)
    .option('--scrapes <number>', 'how many samples each of them gets', parseScrapes, 100)
    .option('--directory <path>', 'where; in a directory of its own, that goes afterwards', tmpdir())
    .addHelpText('after', BENCH_HELP)
    .action((flags: BenchFlags) => guard(context, () => bench(flags, context)));
}

async function bench({ series, scrapes, directory }: BenchFlags, context: CliContext): Promise<void> {
  const { terminal, clock, stopRequests } = context;
  const temporary = await mkdtemp(join(directory, 'hearth-bench-'));
  try {
    const result = await runBench({
      directory: temporary,
      seriesCount: series,
      scrapeCount: scrapes,
      meter: {
        nowMs: () => clock.nowMs(),
        cpuMs: () => (process.cpuUsage().user + process.cpuUsage().system) / 1000,
        memoryBytes: () => process.memoryUsage.rss(),
      },
      signal: stopRequests.stop,
      progress: (done) => terminal.status(`Writing: scrape ${done} of ${scrapes}`),
    });
    terminal.out(renderBench(result).join('\n'));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function parseSeries(text: string): number {
  return parseWholeNumber(text, { min: 1, max: 10_000_000 });
}

function parseScrapes(text: string): number {
  return parseWholeNumber(text, { min: 1, max: 1_000_000 });
}

function parseLimit(text: string): number {
  return parseWholeNumber(text, { min: 1, max: 1_000_000 });
}

function directoryArgument(): Argument {
  return new Argument('[directory]', 'the data directory').default('data');
}

function parseTime(text: string): number {
  if (/^-?\d{1,19}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It takes a time in Unix milliseconds.');
}

function parseMatch(text: string, before: readonly Matcher[] | undefined): readonly Matcher[] {
  if (before !== undefined) throw new InvalidArgumentError('It can be given once.');
  try {
    return parseMetricSelector(text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const fault = `column ${error.column}: ${error.reason}`;
    throw new InvalidArgumentError(`It takes a series selector such as 'up{job="api"}'; ${fault}.`);
  }
}

/** What was printed is right as far as it goes; this says what it lacks. */
function failIfDamaged(problems: readonly string[], { terminal }: CliContext): void {
  for (const problem of problems) terminal.err(problem);
  if (problems.length > 0) throw new HearthError('HEARTH_DATA_DAMAGED', 'not everything could be read');
}

function guard(context: CliContext, work: (context: CliContext) => Promise<void>): Promise<void> {
  return runStoppable(context, work, failureOf);
}
