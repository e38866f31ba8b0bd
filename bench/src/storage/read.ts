import { median, table } from '../report.ts';
import { startWorker } from '../support/programs.ts';
import { loadNote, playScene, settingOf } from '../support/scene.ts';
import type { ReaderOptions, ReadTimes } from './reader.ts';

const ROUNDS = settingOf('BENCH_READ_ROUNDS', 12);
const HOUR_MS = 3_600_000;

const SUBJECTS: readonly (Pick<ReaderOptions, 'blockRangeMs' | 'offsetMs' | 'hasLater' | 'compacts'> & {
  readonly name: string;
})[] = [
  { name: 'head', blockRangeMs: 2 * HOUR_MS, offsetMs: 0, hasLater: false, compacts: false },
  { name: 'one block', blockRangeMs: 6 * HOUR_MS, offsetMs: 0, hasLater: true, compacts: true },
  // Three hours and a half are not left in a head, one and a half are.
  { name: 'blocks and head', blockRangeMs: 2 * HOUR_MS, offsetMs: 1.5 * HOUR_MS, hasLater: false, compacts: true },
];

const COLUMNS: readonly (keyof ReadTimes)[] = ['constant', 'counter', 'gauge', 'all', 'recent'];

/** What it takes to read 1,000 series of six hours. */
export async function benchRead(): Promise<void> {
  await playScene(async ({ directory, add }) => {
    const rows: string[][] = [];
    for (const { name, ...subject } of SUBJECTS) {
      const reader = add(
        startWorker('storage/reader', { ...subject, directory: `${directory}/${name}`, rounds: ROUNDS }),
      );
      const { times, blocks } = await reader.message<{ times: ReadTimes; blocks: number }>();
      await reader.stop();
      rows.push([name, String(blocks), ...COLUMNS.map((column) => median(times[column]).toFixed(1))]);
    }
    const what = 'ns per sample, and per series of which 20 samples are read (recent)';
    const title = `Reading 1,000 series of 1,440 samples: ${what}; median of ${ROUNDS}; ${loadNote()}`;
    console.log(table(title, ['storage', 'blocks', ...COLUMNS], rows));
  });
}
