import cluster from 'node:cluster';
import type { Registry } from 'prom-client';
import type { Log } from '../log.ts';
import { systemScheduler } from './scheduler.ts';
import type { ToPrimary } from './wire/messages.ts';
import { WorkerLink } from './worker/worker-link.ts';

/** One for the process, even if several copies of this library are loaded: the primary takes a worker for one source. */
const LINK = Symbol.for('hearth.instrument.cluster.v1');

type LinkedProcess = typeof process & { [LINK]?: WorkerLink };

/**
 * Lets whoever collects in the primary process know what is in this registry; undefined where this process is no worker of
 * `node:cluster`. It makes no difference which of the two comes first.
 */
export function joinPrimary(registry: Registry, log: Log): WorkerLink | undefined {
  if (!cluster.isWorker || !process.connected) return undefined;
  const linked = process as LinkedProcess;
  linked[LINK] ??= createLink(log);
  linked[LINK].add(registry);
  return linked[LINK];
}

function createLink(log: Log): WorkerLink {
  const link = new WorkerLink({ send: sendToPrimary, scheduler: systemScheduler, log });
  process.on('message', (message) => link.receive(message));
  process.on('exit', () => link.flush());
  process.once('disconnect', () => link.disconnected());
  flushBeforeDisconnect(link);
  return link;
}

/** A channel that is closed, or closes under the message, is no news: then the primary is gone or has let this worker go. */
function sendToPrimary(message: ToPrimary): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/**
 * `disconnect` is the last thing that a worker does when it ends in peace, by `worker.disconnect()` or `worker.kill()` here or
 * there, right after its last connection is closed. The event of this name comes when nothing can be sent any longer.
 */
function flushBeforeDisconnect(link: WorkerLink): void {
  const { disconnect } = process;
  process.disconnect = () => {
    link.flush();
    disconnect.call(process);
  };
}
