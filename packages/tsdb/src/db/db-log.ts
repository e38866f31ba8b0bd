/** Where the storage says what it does: one line each, for people. Must not throw. */
export type DbLog = (line: DbLogLine) => void;

export interface DbLogLine {
  /** `warn`: something is lost, late or not as it should be, and was coped with. `error`: something was not done. */
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
}
