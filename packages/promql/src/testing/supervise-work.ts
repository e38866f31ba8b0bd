export interface SupervisedWork<T> {
  readonly result: T;
  readonly elapsedMs: number;
  /**
   * The longest time for which others had to wait for the event loop: by the clock or by the processors' time, whichever is
   * shorter, because on a busy machine this process waits too.
   */
  readonly longestTurnMs: number;
  /** Of heap and buffers, above what there was before. */
  readonly peakBytes: number;
}

const BYTES_INTERVAL_MS = 5;

/** Does some work and looks on. */
export async function superviseWork<T>(work: () => Promise<T>): Promise<SupervisedWork<T>> {
  const bytesBefore = usedBytes();
  const started = performance.now();
  let isOver = false;
  let lastTurn = started;
  let lastCpu = cpuMs();
  let nextBytes = started;
  let longestTurnMs = 0;
  let peakBytes = 0;
  const look = () => {
    const now = performance.now();
    const cpu = cpuMs();
    longestTurnMs = Math.max(longestTurnMs, Math.min(now - lastTurn, cpu - lastCpu));
    lastTurn = now;
    lastCpu = cpu;
    if (now >= nextBytes) {
      peakBytes = Math.max(peakBytes, usedBytes() - bytesBefore);
      nextBytes = now + BYTES_INTERVAL_MS;
    }
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  try {
    const result = await work();
    look();
    return { result, elapsedMs: performance.now() - started, longestTurnMs, peakBytes };
  } finally {
    isOver = true;
  }
}

function usedBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** All threads of this process together. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
