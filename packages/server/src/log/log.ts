export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What a line says beside its message. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where the program says what it does: one line each, for people and for programs that collect lines. Never throws. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  /** Something is late, lost or not as it should be, and was coped with. */
  warn(message: string, fields?: LogFields): void;
  /** Something was not done. */
  error(message: string, fields?: LogFields): void;
}
