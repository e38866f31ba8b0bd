/** What the API tells of the program itself. */
export interface StatusView {
  readonly build: BuildInfo;
  runtime(): RuntimeInfo;
  /** The flags of the command line by name, without dashes. Secrets are masked. */
  flags(): Readonly<Record<string, string>>;
  /** How far the log is replayed, in segments. All zero before and after. */
  walReplay(): { readonly min: number; readonly max: number; readonly current: number };
  /** What its owner should know now, the oldest first: for instance that a reload failed. */
  notifications(): readonly Notification[];
}

export interface BuildInfo {
  /** Also the version of Prometheus whose API clients may expect: Grafana asks for it. */
  readonly version: string;
  readonly revision: string;
  readonly branch: string;
  readonly buildUser: string;
  readonly buildDate: string;
  /** Of the language that it is written in. */
  readonly goVersion: string;
}

export interface RuntimeInfo {
  readonly startTimeMs: number;
  readonly workingDirectory: string;
  readonly hostname: string;
  readonly isLastReloadSuccessful: boolean;
  /** When the configuration in force was loaded. */
  readonly lastReloadMs: number;
  /** Damages of the log that were found and repaired. */
  readonly corruptions: number;
  /** `15d`, `10GiB` or `15d or 10GiB`. */
  readonly storageRetention: string;
}

export interface Notification {
  readonly text: string;
  /** Unix milliseconds. */
  readonly sinceMs: number;
}
