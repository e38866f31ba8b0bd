import type { Guard } from '@hearth/instrument';
import { bearerToken } from '@hearth/instrument';
import type { MetricsOptions } from './metrics.ts';
import { DEFAULT_RATE_LIMIT_MAX } from './rate-limit.ts';
import { LONGEST_DRAIN_MS } from './shutdown.ts';

/** What the environment says. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly drainMs: number;
  readonly rateLimitMax: number;
  readonly metrics: MetricsOptions;
}

/** A value of the environment that cannot be used; `message` is one line that names the variable. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly variable: string;

  constructor(variable: string, complaint: string, options?: ErrorOptions) {
    super(`${variable} ${complaint}`, options);
    this.variable = variable;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a small text file; throws when it cannot. */
export type ReadText = (path: string) => string;

const HIGHEST_PORT = 65_535;
const HIGHEST_RATE_LIMIT = 1_000_000;

/**
 * An empty value counts as none, as deployment files produce it.
 *
 * @throws SettingsError at the first value that cannot be used
 */
export function parseSettings(env: Environment, readText: ReadText): Settings {
  const port = wholeNumber(env, 'PORT', { fallback: 3306, least: 0, most: HIGHEST_PORT });
  return {
    port,
    host: env.HOST || '127.0.0.1',
    drainMs: wholeNumber(env, 'DRAIN_MS', { fallback: 0, least: 0, most: LONGEST_DRAIN_MS }),
    rateLimitMax: wholeNumber(env, 'RATE_LIMIT_MAX', {
      fallback: DEFAULT_RATE_LIMIT_MAX,
      least: 1,
      most: HIGHEST_RATE_LIMIT,
    }),
    metrics: { names: metricsNames(env), endpoint: { ...metricsPort(env, port), ...metricsGuard(env, readText) } },
  };
}

function metricsNames(env: Environment): 'prometheus' | 'flask' {
  const names = env.METRICS_NAMES || 'prometheus';
  if (names === 'prometheus' || names === 'flask') return names;
  throw new SettingsError('METRICS_NAMES', `must be "prometheus" or "flask", not ${JSON.stringify(names)}.`);
}

function metricsPort(env: Environment, appPort: number): { readonly port?: number } {
  if (!env.METRICS_PORT) return {};
  const port = wholeNumber(env, 'METRICS_PORT', { fallback: 0, least: 1, most: HIGHEST_PORT });
  if (port === appPort) throw new SettingsError('METRICS_PORT', `must not be the port of the application, ${port}.`);
  return { port };
}

function metricsGuard(env: Environment, readText: ReadText): { readonly guard?: Guard } {
  if (!env.METRICS_TOKEN_FILE) return {};
  const token = readToken(env.METRICS_TOKEN_FILE, readText);
  if (token === '') throw new SettingsError('METRICS_TOKEN_FILE', `names an empty file: ${env.METRICS_TOKEN_FILE}`);
  return { guard: bearerToken(token) };
}

function readToken(path: string, readText: ReadText): string {
  try {
    return readText(path).trim();
  } catch (error) {
    throw new SettingsError('METRICS_TOKEN_FILE', `cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

interface NumberRange {
  readonly fallback: number;
  readonly least: number;
  readonly most: number;
}

function wholeNumber(env: Environment, variable: string, { fallback, least, most }: NumberRange): number {
  const text = env[variable];
  if (text === undefined || text === '') return fallback;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new SettingsError(variable, `must be a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`);
}
