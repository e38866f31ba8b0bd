import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from '../support/running-process.ts';

/** A Prometheus of the test's own, asked as Hearth is. */
export interface PrometheusOnFile {
  get<T>(path: string): Promise<T>;
  close(): Promise<void>;
}

/** Runs on a configuration from its start on, at a port that the configuration may name. */
export async function startPrometheusOn(config: string, port: number): Promise<PrometheusOnFile> {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-e2e-scrape-'));
  const configFile = join(folder, 'prometheus.yml');
  await writeFile(configFile, config);
  const program = startProcess('prometheus', [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
  ]);
  const close = async () => {
    await program.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await program.untilPrinted(/Server is ready to receive web requests/);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    close,
    async get<T>(path: string): Promise<T> {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      const answer = (await response.json()) as { readonly status: string; readonly data: T };
      if (answer.status !== 'success') throw new Error(`${path}: ${JSON.stringify(answer)}`);
      return answer.data;
    },
  };
}
