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
    const rows = works.map(({ work, seconds, longestMs, over20Ms, over50Ms }) => {
      return [work, '100,000', seconds.toFixed(2), longestMs.toFixed(1), String(over20Ms), String(over50Ms)];
    });
    const title = `Turns of the event loop, in wall time, while the storage works; ${loadNote()}`;
    console.log(table(title, ['work', 'series', 'seconds', 'longest ms', 'over 20 ms', 'over 50 ms'], rows));
  });
}
