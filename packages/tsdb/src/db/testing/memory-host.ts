import { MemoryDisk } from '../../wal/testing/memory-disk.ts';
import type { DbClock } from '../clock.ts';
import type { Host } from '../host.ts';

/** Processes of one machine that share a disk. */
export interface MemoryHost extends Host {
  readonly fileSystem: MemoryDisk;
  /** Start times of the processes that run, by number. */
  readonly processes: Map<number, string>;
  free: number;
  flockHolder: number | undefined;
}

export function createMemoryHost(
  disk: MemoryDisk = new MemoryDisk(),
  overrides: Partial<Omit<Host, 'fileSystem'>> = {},
): MemoryHost {
  const processes = new Map([[100, 'boot 1']]);
  return {
    fileSystem: disk,
    pid: 100,
    name: 'here',
    processes,
    free: 1e12,
    flockHolder: undefined,
    async createExclusively(path, content) {
      if (disk.files.has(path)) return false;
      const file = await disk.open(path, 'create');
      await file.write(Buffer.from(content), 0);
      await file.close();
      return true;
    },
    tryModifiedMs: async (path) => disk.files.get(path)?.modifiedMs,
    link: (from, to) => disk.copy(from, to),
    async freeBytes() {
      return this.free;
    },
    tryProcessStart: async (pid) => processes.get(pid),
    async tryFlockHolder() {
      return this.flockHolder;
    },
    ...overrides,
  };
}

/** Time that a test moves. */
export function createManualClock(nowMs: number): DbClock & { advance(ms: number): void } {
  let now = nowMs;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  return {
    now: () => now,
    after(delayMs, run) {
      const timer = { at: now + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    advance(ms) {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { run } of due) run();
    },
  };
}
