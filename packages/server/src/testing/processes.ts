import { readFileSync } from 'node:fs';
import { eventually } from './eventually.ts';

/** Whether a process runs. One that is dead and only waits for its parent to take note does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return process.platform !== 'linux' || !isZombie(pid);
}

export async function untilGone(pids: readonly number[]): Promise<void> {
  await eventually(() => pids.filter(isRunning)).toEqual([]);
}

/** In `/proc/<pid>/stat` the state follows the name, which is in parentheses and may contain some. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) === 'Z';
  } catch {
    return true;
  }
}
