import { benchEncodeJson } from './http/encode-json.ts';
import { benchInstrumentOverhead } from './instrument/overhead.ts';
import { benchRenderPause } from './instrument/render-pause.ts';
import { benchPromqlQueries } from './promql/query-times.ts';
import { benchScrape } from './scrape/scrape.ts';
import { benchServe } from './serve/serve.ts';
import { benchBlockSize } from './storage/block-size.ts';
import { benchRead } from './storage/read.ts';
import { benchReplay } from './storage/replay.ts';
import { benchTurns } from './storage/turns.ts';

const BENCHMARKS: Readonly<Record<string, () => Promise<void>>> = {
  'http-json': benchEncodeJson,
  'instrument-overhead': benchInstrumentOverhead,
  'instrument-render': benchRenderPause,
  'promql-queries': benchPromqlQueries,
  scrape: benchScrape,
  serve: benchServe,
  'storage-read': benchRead,
  'storage-replay': benchReplay,
  'storage-turns': benchTurns,
  'storage-size': benchBlockSize,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => BENCHMARKS[name] === undefined);
if (unknown.length > 0) {
  console.error(`No benchmark named ${unknown.join(', ')}. There are: ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exit(2);
}
for (const [name, run] of Object.entries(BENCHMARKS)) {
  if (wanted.length === 0 || wanted.includes(name)) await run();
}
