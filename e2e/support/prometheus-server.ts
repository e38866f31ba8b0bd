import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** No server outlives its tests by long, whatever happens to them. */
const LONGEST_RUN_MS = 600_000;

/** Part of a test's name that says why it is skipped, or nothing. */
export function missing(program: 'promtool' | 'prometheus'): string {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return '';
  } catch {
    return ` (skipped: ${program} is not installed)`;
  }
}

/** What promtool prints. Rejects, with its complaint, when it fails. */
export async function promtool(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('promtool', [...args], { maxBuffer: 1 << 30 });
  return stdout;
}

export interface PrometheusServer {
  readonly url: string;
  /** Lines of its log so far. */
  readonly log: readonly string[];
  stop(): Promise<void>;
  /** Ends it with SIGKILL, as a crash does. */
  kill(): Promise<void>;
}

/**
 * Prometheus on a data directory, on a free port of the loopback interface. `config` is its prometheus.yml, `flags` are
 * further ones of the command line.
 */
export async function startPrometheus(
  dataDirectory: string,
  config: (url: string) => string,
  flags: readonly string[] = [],
): Promise<PrometheusServer> {
  const configFile = `${dataDirectory}.yml`;
  await writeFile(configFile, config('localhost:1'));
  const args = ['--web.listen-address=127.0.0.1:0', '--web.enable-lifecycle', '--storage.tsdb.retention.time=100y'];
  const paths = [`--config.file=${configFile}`, `--storage.tsdb.path=${dataDirectory}`];
  const child = spawn('prometheus', [...args, ...paths, ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: LONGEST_RUN_MS,
    killSignal: 'SIGKILL',
  });
  const log: string[] = [];
  try {
    const address = await listening(child, log);
    const url = `http://${address}`;
    await writeFile(configFile, config(address));
    const reloaded = await fetch(`${url}/-/reload`, { method: 'POST' });
    if (!reloaded.ok) throw new Error(`Prometheus refuses its configuration:\n${log.join('\n')}`);
    return { url, log, stop: () => stop(child), kill: () => stop(child, 'SIGKILL') };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** The address it listens on, once it is ready for queries. Its log is read from then on until it ends. */
function listening(child: ChildProcess, log: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let address: string | undefined;
    let isReady = false;
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      log.push(line);
      address ??= /msg="Listening on" address=(\S+)/.exec(line)?.[1];
      isReady ||= line.includes('ready to receive web requests');
      if (isReady && address !== undefined) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`Prometheus ended:\n${log.join('\n')}`)));
  });
}

async function stop(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
