import { openDb } from '@hearth/tsdb';
import { logWarnings } from '../support/log-warnings.ts';

/** Hearth under measurement: opens a data directory and says when it can be queried; then, asked, how many series it has found. */
const { directory } = JSON.parse(process.argv[2]!) as { readonly directory: string };

process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
const started = performance.now();
const db = await openDb({ directory, log: logWarnings, compactsByItself: false });
const replaySeconds = (performance.now() - started) / 1000;
process.send!({ replaySeconds });
process.on('message', () => void tellSeries());

async function tellSeries(): Promise<void> {
  const { seriesCount } = await db.headStats(1);
  process.send!({ series: seriesCount });
}
