import type { Registry } from 'prom-client';
import { renderFinding } from '../config/finding.ts';
import { type ConfigHost, loadConfig } from '../config/load-config.ts';
import type { Config } from '../config/types.ts';
import type { Notification } from '../http/views/status-view.ts';
import type { Log } from '../log/log.ts';
import { registerReadings } from '../metrics/reading.ts';

export interface ConfigStateOptions {
  readonly path: string;
  readonly host: ConfigHost;
  readonly log: Log;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** The configuration in force, and how the last attempt to replace it went. */
export class ConfigState {
  readonly #options: ConfigStateOptions;
  #config: Config;
  #isLastReloadSuccessful = true;
  #loadedMs: number;
  #failure: Notification | undefined;
  /** Reloads come one after the other. */
  #turn: Promise<void> = Promise.resolve();

  private constructor(options: ConfigStateOptions, config: Config) {
    this.#options = options;
    this.#config = config;
    this.#loadedMs = options.now();
  }

  /** Throws a ConfigError. */
  static async load(options: ConfigStateOptions): Promise<ConfigState> {
    return new ConfigState(options, await load(options));
  }

  get current(): Config {
    return this.#config;
  }

  get isLastReloadSuccessful(): boolean {
    return this.#isLastReloadSuccessful;
  }

  /** When the configuration in force was loaded. */
  get loadedMs(): number {
    return this.#loadedMs;
  }

  notifications(): readonly Notification[] {
    return this.#failure === undefined ? [] : [this.#failure];
  }

  /**
   * Loads the files again and hands what they come to to `apply`: all of it or, if anything is wrong, nothing. Rejects with
   * what is wrong; the old configuration stays in force then, and it is said wherever one looks.
   */
  reload(apply: (config: Config) => Promise<void>): Promise<void> {
    const turn = this.#turn.then(() => this.#reload(apply));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  register(registry: Registry): void {
    registerReadings(registry, [
      {
        name: 'prometheus_config_last_reload_successful',
        help: 'Whether the last configuration reload attempt was successful.',
        type: 'gauge',
        read: () => Number(this.#isLastReloadSuccessful),
      },
      {
        name: 'prometheus_config_last_reload_success_timestamp_seconds',
        help: 'Timestamp of the last successful configuration reload.',
        type: 'gauge',
        read: () => this.#loadedMs / 1000,
      },
    ]);
  }

  async #reload(apply: (config: Config) => Promise<void>): Promise<void> {
    const { log, now, path } = this.#options;
    try {
      const config = await load(this.#options);
      await apply(config);
      this.#config = config;
      this.#loadedMs = now();
      this.#isLastReloadSuccessful = true;
      this.#failure = undefined;
      log.info('The configuration has been reloaded', { file: path });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#isLastReloadSuccessful = false;
      this.#failure = {
        text: `The configuration was not reloaded, the one before stays in force: ${reason}`,
        sinceMs: now(),
      };
      log.error('The configuration was not reloaded, the one before stays in force', { file: path, reason });
      throw error;
    }
  }
}

async function load({ path, host, log }: ConfigStateOptions): Promise<Config> {
  const { config, warnings } = await loadConfig(path, host);
  for (const warning of warnings) log.warn(renderFinding(warning));
  return config;
}
