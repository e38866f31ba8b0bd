import cluster, { type Worker } from 'node:cluster';
import type { WorkerCollector } from './worker-collector.ts';
import type { WorkerPort } from './worker-port.ts';

/** Joins a collector to the workers of `node:cluster`, those that are there and those to come; returns how to part them. */
export function attachToCluster(collector: WorkerCollector): () => void {
  const receive = (worker: Worker, message: unknown) => collector.receive(portOf(worker), message);
  // Comes after the last message of a worker, however it ended; `exit` may come before.
  const leave = (worker: Worker) => collector.left(portOf(worker));
  cluster.on('message', receive);
  cluster.on('disconnect', leave);
  for (const worker of Object.values(cluster.workers ?? {})) {
    if (worker?.isConnected()) collector.greet(portOf(worker));
  }
  return () => {
    cluster.off('message', receive);
    cluster.off('disconnect', leave);
  };
}

function portOf(worker: Worker): WorkerPort {
  return {
    id: worker.id,
    name: `worker ${worker.id} (pid ${worker.process.pid})`,
    send: (message) =>
      new Promise((resolve) => {
        if (!worker.isConnected()) resolve();
        else worker.send(message, () => resolve());
      }),
  };
}
