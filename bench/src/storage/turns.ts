import { table } from '../report.ts';
import { startWorker } from '../support/programs.ts';
import { loadNote, playScene } from '../support/scene.ts';
import type { Turns } from './turn-taker.ts';

/** How long the event loop is held at a time, by all that the storage does beside scrapes and queries. */
export async function benchTurns(): Promise<void> {
  await playScene(async ({ directory, add }) => {
    const taker = add(startWorker('storage/turn-taker', { directory: `${directory}/data` }));
    const { works } = await taker.message<{ works: readonly Turns[] }>();
    await taker.stop();
    const rows = works.map(({ work, seconds, ...turns }) => {
      const { longestMs, over50Ms, longestCpuMs, over50CpuMs } = turns;
      const times = [seconds.toFixed(2), longestMs.toFixed(1), String(over50Ms), longestCpuMs.toFixed(1)];
      return [work, '100,000', ...times, String(over50CpuMs)];
    });
    const columns = ['seconds', 'longest ms', 'over 50 ms', 'longest CPU ms', 'CPU over 50 ms'];
    console.log(
      table(`Turns of the event loop while the storage works; ${loadNote()}`, ['work', 'series', ...columns], rows),
    );
  });
}
