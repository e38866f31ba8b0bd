import { spawnSync } from 'node:child_process';
import { startProcess } from './running-process.ts';
import type { WebApp } from './web-app.ts';

const PROGRAM = 'prometheus-node-exporter';

export const nodeExporterIsMissing = spawnSync(PROGRAM, ['--version'], { stdio: 'ignore' }).status !== 0;

/** What says something about the machine that does not come and go. */
const COLLECTORS = ['cpu', 'loadavg', 'meminfo', 'stat', 'uname', 'vmstat'];

/** Debian's node exporter, on a free port of the loopback interface. */
export async function startNodeExporter(): Promise<WebApp> {
  const collectors = COLLECTORS.map((name) => `--collector.${name}`);
  const address = '--web.listen-address=127.0.0.1:0';
  const program = startProcess(PROGRAM, ['--collector.disable-defaults', ...collectors, address]);
  const close = async () => void (await program.stop());
  try {
    const [, listening] = await program.untilPrinted(/msg="Listening on" address=(\S+)/);
    return { url: `http://${listening}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}
