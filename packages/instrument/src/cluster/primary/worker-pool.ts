import cluster, { type Worker } from 'node:cluster';
import type { Scheduler } from '../scheduler.ts';
import type { WorkerCollector } from './worker-collector.ts';
import type { WorkerPort } from './worker-port.ts';

/** How often to look whether the last messages of a worker that has exited are read. */
const LOOK_MS = 10;

/** Joins a collector to the workers of `node:cluster`, those that are there and those to come; returns how to part them. */
export function attachToCluster(collector: WorkerCollector, scheduler: Scheduler): () => void {
  const receive = (worker: Worker, message: unknown) => collector.receive(portOf(worker), message);
  // Comes after the last message of a worker, however it ended.
  const leave = (worker: Worker) => collector.left(portOf(worker));
  // May come before its last messages. `disconnect` does not always follow: Node.js omits it when the primary was just handing
  // a connection to the worker.
  const leaveOnceRead = (worker: Worker) => {
    if (worker.isConnected()) scheduler.after(LOOK_MS, () => leaveOnceRead(worker));
    else leave(worker);
  };
  cluster.on('message', receive);
  cluster.on('disconnect', leave);
  cluster.on('exit', leaveOnceRead);
  for (const worker of Object.values(cluster.workers ?? {})) {
    if (worker?.isConnected()) collector.greet(portOf(worker));
  }
  return () => {
    cluster.off('message', receive);
    cluster.off('disconnect', leave);
    cluster.off('exit', leaveOnceRead);
  };
}

function portOf(worker: Worker): WorkerPort {
  return {
    id: worker.id,
    name: `worker ${worker.id} (pid ${worker.process.pid})`,
    send: (message) =>
      new Promise((resolve) => {
        if (worker.isConnected()) worker.send(message, () => resolve());
        else resolve();
      }),
  };
}
