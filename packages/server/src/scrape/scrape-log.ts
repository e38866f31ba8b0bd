/** Where scraping says what goes wrong: one line each, for people. Must not throw. */
export type ScrapeLog = (line: ScrapeLogLine) => void;

export interface ScrapeLogLine {
  readonly level: 'debug' | 'warn' | 'error';
  readonly message: string;
  readonly job: string;
  readonly target?: string;
}
