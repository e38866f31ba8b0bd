import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { nodeConfigHost } from '../config/node-config-host.ts';
import { createMonitoring } from '../demo/monitoring.ts';
import { runDemo } from '../demo/run-demo.ts';
import { createSampleApplication } from '../demo/sample-application.ts';
import { HearthError } from '../errors.ts';
import { createLog } from '../log/create-log.ts';
import type { Log } from '../log/log.ts';
import { createPortClaims } from '../net/create-port-claims.ts';
import { DEFAULT_WEB } from '../serve/serve-options.ts';
import type { CliContext } from './context.ts';
import { parseLoopbackHost, parsePort, parseWholeNumber } from './flags.ts';
import { readVersion } from './version.ts';

const DEFAULT_HOST = '127.0.0.1';
/** The port that the deployment publishes. */
const DEFAULT_PORT = 3307;
const DEFAULT_REPLICAS = 3;
const MAX_REPLICAS = 9;
const FIRST_REPLICA_PORT = 3311;

const HELP = `
Starts several replicas of the sample application, a game of tic-tac-toe, behind one
address, and Hearth, which scrapes them and itself, keeps the samples and answers queries;
and prints what runs where. Each new connection goes to the next replica. A replica that
dies is started again.

A port that is taken is no obstacle: the next free one is used, and named. Ctrl-C stops
everything that was started. The samples are in a temporary directory that goes with it,
and nothing can be reached from another machine.

Examples:
  $ hearth demo                            three replicas behind http://127.0.0.1:3307
  $ hearth demo --replicas 5 --port 8080   five of them behind http://127.0.0.1:8080
  $ curl http://127.0.0.1:3311/metrics     the numbers of the first replica

Things to try while it runs:
  End a replica with kill -9 and go on playing.
  Start a second demo beside the first one.
`;

interface DemoFlags {
  readonly host: string;
  readonly port: number;
  readonly replicas: number;
  readonly hearthPort: number;
}

export function createDemoCommand(context: CliContext): Command {
  return new Command('demo')
    .summary('run a sample application in several replicas behind one address')
    .option('--host <address>', 'the address to listen on; of this machine only', parseLoopbackHost, DEFAULT_HOST)
    .option('--port <number>', 'the port of the one address', parsePort, DEFAULT_PORT)
    .option('--hearth-port <number>', 'the port of Hearth itself', parsePort, DEFAULT_WEB.listen.port)
    .option('--replicas <number>', `how many replicas, 1 to ${MAX_REPLICAS}`, parseReplicas, DEFAULT_REPLICAS)
    .addHelpText('after', HELP)
    .action((flags: DemoFlags) => demo(flags, context));
}

async function demo({ host, port, replicas, hearthPort }: DemoFlags, context: CliContext): Promise<void> {
  const { terminal, clock, now, env, stopRequests, locateSampleApplication } = context;
  const entry = locateSampleApplication();
  if (!existsSync(entry)) {
    throw new HearthError('HEARTH_NOT_BUILT', 'the sample application has not been built; run: npm run build');
  }
  const application = createSampleApplication({
    entry,
    env,
    address: { host, port },
    replicaCount: replicas,
    firstReplicaPort: FIRST_REPLICA_PORT,
    clock,
    terminal,
  });
  const monitoring = createMonitoring({
    host,
    port: hearthPort,
    ports: createPortClaims({ host, reserved: [] }),
    jobs: () => ({ 'tic-tac-toe': application.targets() }),
    scrapeInterval: '5s',
    world: { log: logOfDemo(context), clock, now, env, host: nodeConfigHost, version: readVersion() },
    terminal,
  });
  await runDemo({ parts: [application, monitoring], terminal, stop: stopRequests.stop, hurry: stopRequests.hurry });
}

function parseReplicas(text: string): number {
  return parseWholeNumber(text, { min: 1, max: MAX_REPLICAS });
}

/** What goes on as it should is told by the table. */
function logOfDemo({ terminal, now }: CliContext): Log {
  return createLog({ write: (line) => terminal.err(line), format: 'logfmt', level: 'warn', now });
}
