import type { Log, LogFields, LogLevel } from './log.ts';

export type LogFormat = 'logfmt' | 'json';

export interface LogOptions {
  /** Takes a line, without its end. */
  readonly write: (line: string) => void;
  readonly format: LogFormat;
  /** What is below this is left out. */
  readonly level: LogLevel;
  /** Unix milliseconds. */
  readonly now: () => number;
}

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Lines as Prometheus 3 writes them: `time=… level=INFO msg="…" key=value`, or the same as JSON. */
export function createLog({ write, format, level, now }: LogOptions): Log {
  const print = format === 'json' ? JSON.stringify : printLogfmt;
  const writeAt =
    (of: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (ORDER.indexOf(of) < ORDER.indexOf(level)) return;
      write(print({ time: new Date(now()).toISOString(), level: of.toUpperCase(), msg: message, ...fields }));
    };
  return { debug: writeAt('debug'), info: writeAt('info'), warn: writeAt('warn'), error: writeAt('error') };
}

/** What stands as it is; everything else is quoted. */
const PLAIN = /^[^\s"=\\\p{Cc}]+$/u;

function printLogfmt(fields: LogFields): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const text = String(value);
    pairs.push(`${name}=${PLAIN.test(text) ? text : JSON.stringify(text)}`);
  }
  return pairs.join(' ');
}
