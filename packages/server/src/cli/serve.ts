import { formatDuration } from '@hearth/model';
import { Command, InvalidArgumentError, Option } from 'commander';
import { createLog, type LogFormat } from '../log/create-log.ts';
import type { LogLevel } from '../log/log.ts';
import { formatEndpoint } from '../net/endpoint.ts';
import { runServe } from '../serve/run-serve.ts';
import { DEFAULT_QUERY, DEFAULT_STORAGE, DEFAULT_WEB, type ServeOptions } from '../serve/serve-options.ts';
import type { CliContext } from './context.ts';
import { parseDurationFlag, parseListenAddress, parseSizeFlag, parseWholeNumber } from './flags.ts';

const HELP = `
Scrapes what prometheus.yml names, keeps the samples in a data directory, and answers
queries over Prometheus' HTTP API. It takes Prometheus' configuration, flags and data
directory as they are.

It listens on this machine only unless --web.listen-address says otherwise, and refuses
an address that others can reach without users in --web.config.file. SIGHUP, or POST to
/-/reload where --web.enable-lifecycle is given, loads the configuration again: all of it,
or, if anything is wrong with it, nothing. SIGTERM and Ctrl-C stop it; nothing is lost.

Examples:
  $ hearth serve                                           prometheus.yml here, data in ./data
  $ hearth serve --config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/prometheus
  $ hearth serve --web.listen-address=0.0.0.0:9090 --web.config.file=web.yml
  $ hearth check config prometheus.yml                     what is wrong with it, without starting
`;

/** Prometheus' features that are a part of Hearth anyway. */
const BUILT_IN_FEATURES = new Set(['exemplar-storage', 'promql-at-modifier', 'promql-negative-offset']);
const EXPERIMENTAL_FUNCTIONS = 'promql-experimental-functions';
const DELAYED_NAME_REMOVAL = 'promql-delayed-name-removal';

interface ServeFlags {
  readonly 'config.file': string;
  readonly 'storage.tsdb.path': string;
  readonly 'storage.tsdb.retention.time'?: number;
  readonly 'storage.tsdb.retention.size'?: number;
  readonly 'storage.tsdb.walCompression': boolean;
  readonly 'web.listenAddress': ServeOptions['web']['listen'];
  readonly 'web.config.file'?: string;
  readonly 'web.viewers': readonly string[];
  readonly 'web.allowOpen': boolean;
  readonly 'web.externalUrl'?: URL;
  readonly 'web.routePrefix'?: string;
  readonly 'web.enableLifecycle': boolean;
  readonly 'web.enableAdminApi': boolean;
  readonly 'web.cors.origin': string;
  readonly 'web.maxConnections': number;
  readonly 'web.readTimeout': number;
  readonly 'query.lookbackDelta': number;
  readonly 'query.timeout': number;
  readonly 'query.maxConcurrency': number;
  readonly 'query.maxSamples': number;
  readonly enableFeature: readonly string[];
  readonly 'log.level': LogLevel;
  readonly 'log.format': LogFormat;
}

export function createServeCommand(context: CliContext): Command {
  const command = new Command('serve').summary('scrape, store and answer queries, as prometheus.yml says');
  for (const option of serveOptions()) command.addOption(option);
  return command.addHelpText('after', HELP).action((flags: ServeFlags) => {
    const { terminal, now } = context;
    const write = (line: string) => terminal.err(line);
    const log = createLog({ write, format: flags['log.format'], level: flags['log.level'], now });
    return runServe(optionsOf(flags, command), { ...context, log });
  });
}

function serveOptions(): readonly Option[] {
  const option = (flags: string, description: string) => new Option(flags, description);
  const duration = (flags: string, description: string, durationMs: number) =>
    option(flags, description).argParser(parseDurationFlag).default(durationMs, formatDuration(durationMs));
  const count = (flags: string, description: string, value: number) =>
    option(flags, description)
      .argParser((text) => parseWholeNumber(text, { min: 1, max: 999_999_999 }))
      .default(value);
  return [
    option('--config.file <file>', 'the configuration').default('prometheus.yml'),
    option('--storage.tsdb.path <directory>', 'where samples are kept').default(DEFAULT_STORAGE.directory),
    option(
      '--storage.tsdb.retention.time <duration>',
      'how long; 15d unless the configuration says otherwise',
    ).argParser(parseDurationFlag),
    option('--storage.tsdb.retention.size <size>', 'how much, such as 2GB; no limit unless it is said').argParser(
      parseSizeFlag,
    ),
    option('--no-storage.tsdb.wal-compression', 'write the log uncompressed'),
    option('--web.listen-address <address>', 'where to listen')
      .argParser(parseListenAddress)
      .default(DEFAULT_WEB.listen, formatEndpoint(DEFAULT_WEB.listen)),
    option('--web.config.file <file>', 'TLS, users and headers, in Prometheus’ format'),
    option('--web.viewers <names>', 'users of that file who may change nothing, separated by commas')
      .argParser(parseNames)
      .default([], 'none'),
    option('--web.allow-open', 'listen for other machines without asking who they are').default(false),
    option('--web.external-url <url>', 'under which browsers reach it').argParser(parseUrl),
    option('--web.route-prefix <path>', 'before every path; that of the external URL unless it is said'),
    option('--web.enable-lifecycle', 'allow reloading and stopping over HTTP').default(false),
    option('--web.enable-admin-api', 'allow deleting and copying data over HTTP').default(false),
    option('--web.cors.origin <regex>', 'sites whose pages may read the API').default(DEFAULT_WEB.corsOrigin),
    count('--web.max-connections <number>', 'connections at one time', DEFAULT_WEB.maxConnections),
    duration('--web.read-timeout <duration>', 'how long a request may take to arrive', DEFAULT_WEB.readTimeoutMs),
    duration(
      '--query.lookback-delta <duration>',
      'how old the last sample of a series may be',
      DEFAULT_QUERY.lookbackMs,
    ),
    duration('--query.timeout <duration>', 'how long a query may take', DEFAULT_QUERY.timeoutMs),
    count('--query.max-concurrency <number>', 'queries at one time', DEFAULT_QUERY.maxConcurrency),
    count('--query.max-samples <number>', 'samples that a query may hold', DEFAULT_QUERY.maxSamples),
    option('--enable-feature <names>', `${EXPERIMENTAL_FUNCTIONS}, ${DELAYED_NAME_REMOVAL}`)
      .argParser(parseFeatures)
      .default([], 'none'),
    option('--log.level <level>', 'what is worth a line').choices(['debug', 'info', 'warn', 'error']).default('info'),
    option('--log.format <format>', 'how lines are written').choices(['logfmt', 'json']).default('logfmt'),
  ];
}

function optionsOf(flags: ServeFlags, command: Command): ServeOptions {
  const externalUrl = flags['web.externalUrl'];
  const prefix = flags['web.routePrefix'] ?? externalUrl?.pathname ?? '';
  return {
    configFile: flags['config.file'],
    storage: {
      directory: flags['storage.tsdb.path'],
      retentionMs: flags['storage.tsdb.retention.time'],
      maxBytes: flags['storage.tsdb.retention.size'],
      compressesWal: flags['storage.tsdb.walCompression'],
    },
    web: {
      listen: flags['web.listenAddress'],
      configFile: flags['web.config.file'],
      viewers: flags['web.viewers'],
      allowsOpen: flags['web.allowOpen'],
      externalUrl,
      routePrefix: normalizePrefix(prefix),
      isLifecycleEnabled: flags['web.enableLifecycle'],
      isAdminApiEnabled: flags['web.enableAdminApi'],
      corsOrigin: flags['web.cors.origin'],
      maxConnections: flags['web.maxConnections'],
      readTimeoutMs: flags['web.readTimeout'],
    },
    query: {
      lookbackMs: flags['query.lookbackDelta'],
      timeoutMs: flags['query.timeout'],
      maxConcurrency: flags['query.maxConcurrency'],
      maxSamples: flags['query.maxSamples'],
      experimentalFunctions: flags.enableFeature.includes(EXPERIMENTAL_FUNCTIONS),
      delayedNameRemoval: flags.enableFeature.includes(DELAYED_NAME_REMOVAL),
    },
    flags: textsOf(command),
  };
}

/** What was written, or the default in words. */
function textsOf(command: Command): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    const isGiven = command.getOptionValueSource(option.attributeName()) === 'cli';
    const name = (option.long ?? '').replace(/^--(no-)?/, '');
    texts[name] = isGiven ? printFlag(value) : (option.defaultValueDescription ?? printFlag(value ?? ''));
  }
  return texts;
}

function printFlag(value: unknown): string {
  if (value instanceof URL) return value.href;
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function normalizePrefix(path: string): string {
  const trimmed = path.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? '' : `/${trimmed}`;
}

function parseUrl(text: string): URL {
  if (URL.canParse(text) && /^https?:/.test(text)) return new URL(text);
  throw new InvalidArgumentError('It takes a URL such as https://monitoring.example.org/hearth.');
}

function parseNames(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function parseFeatures(text: string): readonly string[] {
  const names = parseNames(text);
  for (const name of names) {
    if (name === EXPERIMENTAL_FUNCTIONS || name === DELAYED_NAME_REMOVAL || BUILT_IN_FEATURES.has(name)) continue;
    throw new InvalidArgumentError(
      `There is no feature ${JSON.stringify(name)}; there are ${EXPERIMENTAL_FUNCTIONS} and ${DELAYED_NAME_REMOVAL}.`,
    );
  }
  return names;
}
