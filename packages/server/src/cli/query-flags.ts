import { readFile } from 'node:fs/promises';
import { DurationError, parseDuration } from '@hearth/model';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { Secret } from '../config/secret.ts';
import { HearthError } from '../errors.ts';
import { tryTime } from '../http/parameters/times.ts';
import { type ApiServer, createApiServer } from '../query/api-server.ts';
import { UsageError } from '../query/evaluation.ts';
import type { CliContext } from './context.ts';

const DEFAULT_URL = 'http://127.0.0.1:9090';
const DEFAULT_TIMEOUT_MS = 2 * 60_000;

/** What `fetch` waits for the start of an answer. */
const MAX_TIMEOUT_MS = 5 * 60_000;

const FORMATS = ['table', 'json', 'csv'] as const;

/** The flags that every command has which asks a server. */
export interface ServerFlags {
  readonly url: URL;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly timeout: number;
  readonly format: (typeof FORMATS)[number];
}

export function addServerOptions(command: Command): Command {
  const format = new Option('--format <name>', 'what is printed: for people, or for programs');
  const timeout = new Option('--timeout <duration>', 'how long to wait for the answer, 5m at most');
  return command
    .addOption(new Option('--url <url>', 'the server').argParser(parseUrl).default(new URL(DEFAULT_URL), DEFAULT_URL))
    .option('--user <name>', 'who asks; with --password-file', parseUser)
    .option('--password-file <path>', 'the file that has the password')
    .addOption(timeout.argParser(parseTimeout).default(DEFAULT_TIMEOUT_MS, '2m'))
    .addOption(format.choices(FORMATS).default('table'));
}

/** Throws a UsageError, or a HearthError where the password cannot be read. */
export async function connect(flags: ServerFlags, { clock, stopRequests }: CliContext): Promise<ApiServer> {
  const { url, user, passwordFile, timeout: timeoutMs } = flags;
  if ((user === undefined) !== (passwordFile === undefined)) {
    throw new UsageError('--user and --password-file are given together');
  }
  const login =
    user === undefined || passwordFile === undefined ? undefined : { user, password: await readPassword(passwordFile) };
  return createApiServer({ url, login, timeoutMs, clock, signal: stopRequests.stop });
}

/** Without the blanks around it, as Prometheus reads such files. */
async function readPassword(path: string): Promise<Secret> {
  try {
    return new Secret((await readFile(path, 'utf8')).trim());
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HearthError('HEARTH_BAD_INPUT', `the password cannot be read: ${reason}`, { cause });
  }
}

function parseUrl(text: string): URL {
  const withScheme = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError(`It takes the address of a server, such as ${DEFAULT_URL}.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidArgumentError('It takes no name and password; --user and --password-file do.');
  }
  if (url.search !== '' || url.hash !== '') {
    throw new InvalidArgumentError('It takes an address without ? and #.');
  }
  return url;
}

function parseUser(text: string): string {
  if (!text.includes(':')) return text;
  throw new InvalidArgumentError('A name with a colon cannot be sent.');
}

function parseTimeout(text: string): number {
  const timeoutMs = parsePositiveDuration(text);
  if (timeoutMs <= MAX_TIMEOUT_MS) return timeoutMs;
  throw new InvalidArgumentError('It takes 5m at most.');
}

/** Milliseconds of a flag's value such as `1h30m`; plain seconds, as the API takes them, will do too. */
export function parsePositiveDuration(text: string): number {
  try {
    const durationMs = /^\d{1,9}(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : parseDuration(text);
    if (durationMs > 0) return durationMs;
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
  }
  throw new InvalidArgumentError('It takes a duration above zero, such as 15s, 5m or 1h30m.');
}

/** Unix milliseconds of a flag's value. */
export function parseTimeFlag(text: string): number {
  const timestampMs = tryTime(text);
  if (timestampMs !== undefined) return timestampMs;
  throw new InvalidArgumentError('It takes a time such as 2026-01-31T12:00:00Z, or Unix seconds.');
}
