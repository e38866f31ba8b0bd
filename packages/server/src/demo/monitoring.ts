import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Endpoint, formatEndpoint, formatUrl } from '../net/endpoint.ts';
import type { PortClaims } from '../net/port-claims.ts';
import { DEFAULT_QUERY, DEFAULT_STORAGE, DEFAULT_WEB, type ServeOptions } from '../serve/serve-options.ts';
import { type RunningServer, type ServeWorld, startServer } from '../serve/start-server.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Hint, Part } from './part.ts';
import type { Row } from './row.ts';

const NAME = 'Hearth';

export interface MonitoringOptions {
  readonly host: string;
  /** Where it should listen; the next free port is taken where that is not free. */
  readonly port: number;
  readonly ports: PortClaims;
  /** Asked for when it starts: the targets of each job. */
  readonly jobs: () => Readonly<Record<string, readonly string[]>>;
  readonly scrapeInterval: string;
  readonly world: ServeWorld;
  readonly terminal: Terminal;
}

/**
 * The program itself, which watches the other parts. Its configuration and its data are in a directory of their own, which
 * goes when it stops.
 */
export function createMonitoring(options: MonitoringOptions): Part {
  return new Monitoring(options);
}

class Monitoring implements Part {
  readonly #options: MonitoringOptions;
  #starting: Promise<RunningServer> | undefined;
  #server: RunningServer | undefined;
  #directory: string | undefined;

  constructor(options: MonitoringOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#starting = this.#start();
    this.#server = await this.#starting;
  }

  rows(): readonly Row[] {
    if (this.#server === undefined) throw new Error('BUG: the rows of a part that does not run were asked for');
    const { address } = this.#server;
    return [{ what: NAME, where: formatUrl(address), metrics: formatUrl(address, '/metrics') }];
  }

  hint(): Hint {
    if (this.#server === undefined) throw new Error('BUG: a hint of a part that does not run was asked for');
    const url = formatUrl(this.#server.address, '/api/v1/query?query=up');
    return { words: 'Ask what has been stored', command: `curl '${url}'` };
  }

  async stop(): Promise<void> {
    const [started] = await Promise.allSettled([this.#starting]);
    if (started.status === 'fulfilled') await started.value?.stop();
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true, force: true });
  }

  async #start(): Promise<RunningServer> {
    const { host, port: wanted, ports, world, terminal } = this.#options;
    const port = await ports.claim(wanted);
    if (port !== wanted) terminal.out(`${NAME}: port ${wanted} is taken, using ${port}`);
    this.#directory = await mkdtemp(join(tmpdir(), 'hearth-demo-'));
    const configFile = join(this.#directory, 'prometheus.yml');
    await writeFile(configFile, this.#configuration(formatEndpoint({ host, port })));
    const directory = join(this.#directory, 'data');
    return startServer(serveOptions({ configFile, directory, listen: { host, port } }), world);
  }

  #configuration(ownAddress: string): string {
    const { jobs, scrapeInterval } = this.#options;
    const scrapes = Object.entries({ ...jobs(), hearth: [ownAddress] });
    return stringify({
      global: { scrape_interval: scrapeInterval },
      scrape_configs: scrapes.map(([name, targets]) => ({ job_name: name, static_configs: [{ targets }] })),
    });
  }
}

function serveOptions({
  configFile,
  directory,
  listen,
}: {
  readonly configFile: string;
  readonly directory: string;
  readonly listen: Endpoint;
}): ServeOptions {
  return {
    configFile,
    storage: { ...DEFAULT_STORAGE, directory },
    web: { ...DEFAULT_WEB, listen },
    query: DEFAULT_QUERY,
    flags: {},
  };
}
