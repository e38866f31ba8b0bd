import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { type Program, startCommand } from './programs.ts';

export interface Prometheus {
  readonly program: Program;
  readonly origin: string;
}

export const prometheusIsMissing = ['prometheus', 'promtool'].some(
  (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status !== 0,
);

export interface PrometheusOptions {
  /** Its data directory; the configuration is written beside it. */
  readonly data: string;
  /** prometheus.yml, which may be JSON, as that is YAML. */
  readonly config: object;
  readonly flags?: readonly string[];
  /** Told the program as soon as it runs, so that it is stopped whatever happens until it is ready. */
  readonly started: (program: Program) => void;
}

/** Resolves when it answers queries. */
export async function startPrometheus({ data, config, flags = [], started }: PrometheusOptions): Promise<Prometheus> {
  const configFile = `${data}.yml`;
  await writeFile(configFile, JSON.stringify(config));
  const program = startCommand('prometheus', [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${data}`,
    '--web.listen-address=127.0.0.1:0',
    ...flags,
  ]);
  started(program);
  const [, address] = await program.printed(/msg="Listening on" address=(\S+)/);
  await program.printed(/msg="Server is ready to receive web requests\."/);
  return { program, origin: `http://${address}` };
}

/** Of Prometheus, or of a server that has its metrics. */
export function appendedSamplesOf(prometheus: Pick<Prometheus, 'origin'>): Promise<number> {
  return metricOf(prometheus, 'prometheus_tsdb_head_samples_appended_total');
}

export function headSeriesOf(prometheus: Prometheus): Promise<number> {
  return metricOf(prometheus, 'prometheus_tsdb_head_series');
}

async function metricOf({ origin }: Pick<Prometheus, 'origin'>, name: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  // Later versions count floats and histograms apart.
  return Number(new RegExp(`^${name}(?:\\{type="float"\\})? (\\S+)$`, 'm').exec(text)![1]);
}
