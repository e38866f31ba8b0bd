import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { table } from '../report.ts';
import { megabytes, ratio } from '../support/figures.ts';
import { startWorker } from '../support/programs.ts';
import { prometheusIsMissing } from '../support/prometheus.ts';
import { loadNote, playScene, type Scene, settingOf } from '../support/scene.ts';
import type { BlockMakerOptions } from './block-maker.ts';
import { Page, SERIES_PER_PAGE } from './page.ts';

/** Two million samples; 480 scrapes are the two hours of a block. */
const SCRAPES = settingOf('BENCH_BLOCK_SCRAPES', 200);
const INTERVAL_MS = 15_000;
const TWO_HOURS_MS = 2 * 60 * 60 * 1000;
const PROMTOOL_LIMIT_MS = 120_000;

interface BlockSize {
  readonly name: string;
  readonly samples: number;
  readonly chunkBytes: number;
  readonly indexBytes: number;
  readonly totalBytes: number;
}

/** Bytes per sample of the blocks that Hearth and promtool make of one OpenMetrics text. */
export async function benchBlockSize(): Promise<void> {
  if (prometheusIsMissing) {
    console.log('\nBytes per sample: skipped, no prometheus and promtool on the PATH');
    return;
  }
  await playScene(async (scene) => {
    const file = join(scene.directory, 'samples.om');
    await writeOpenMetrics(file);
    const sizes = [
      await sizeOf('hearth', await hearthBlock(file, scene)),
      await sizeOf('promtool', await promtoolBlock(file, scene)),
    ];
    report(sizes);
  });
}

/** One page, scrape by scrape, in a finished range of two hours. */
async function writeOpenMetrics(file: string): Promise<void> {
  if (SCRAPES * INTERVAL_MS > TWO_HOURS_MS) throw new Error(`${SCRAPES} scrapes take longer than two hours`);
  const start = (Math.floor(Date.now() / TWO_HOURS_MS) - 2) * TWO_HOURS_MS;
  const page = new Page(1);
  const stream = createWriteStream(file);
  for (let scrape = 0; scrape < SCRAPES; scrape++) {
    const seconds = (start + scrape * INTERVAL_MS) / 1000;
    const text = page.series.map((series, i) => `${series} ${page.values[i]} ${seconds}\n`).join('');
    if (!stream.write(text)) await once(stream, 'drain');
    page.advance();
  }
  stream.end('# EOF\n');
  await once(stream, 'close');
}

async function hearthBlock(file: string, { directory, add }: Scene): Promise<string> {
  const options: BlockMakerOptions = { directory: join(directory, 'hearth'), file };
  const maker = add(startWorker('storage/block-maker', options));
  return (await maker.message<{ block: string }>()).block;
}

async function promtoolBlock(file: string, { directory }: Scene): Promise<string> {
  const output = join(directory, 'promtool');
  await mkdir(output);
  const args = ['tsdb', 'create-blocks-from', 'openmetrics', file, output];
  await promisify(execFile)('promtool', args, { timeout: PROMTOOL_LIMIT_MS });
  const blocks = await readdir(output);
  if (blocks.length !== 1) throw new Error(`promtool made ${blocks.length} blocks: ${blocks.join(', ')}`);
  return join(output, blocks[0]!);
}

interface Meta {
  readonly stats: { readonly numSamples: number };
}

async function sizeOf(name: string, block: string): Promise<BlockSize> {
  const { stats } = JSON.parse(await readFile(join(block, 'meta.json'), 'utf8')) as Meta;
  let totalBytes = 0;
  let chunkBytes = 0;
  for (const entry of await readdir(block, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const { size } = await stat(join(entry.path, entry.name));
    totalBytes += size;
    if (entry.path.endsWith('chunks')) chunkBytes += size;
  }
  const indexBytes = (await stat(join(block, 'index'))).size;
  return { name, samples: stats.numSamples, chunkBytes, indexBytes, totalBytes };
}

function report(sizes: readonly BlockSize[]): void {
  const peer = sizes.at(-1)!;
  const perSample = (own: BlockSize, part: 'chunkBytes' | 'indexBytes' | 'totalBytes') => own[part] / own.samples;
  const rows = sizes.map((own) => {
    const parts = (['chunkBytes', 'indexBytes', 'totalBytes'] as const).flatMap((part) => [
      perSample(own, part).toFixed(3),
      ratio(perSample(own, part), perSample(peer, part)),
    ]);
    return [own.name, String(own.samples), ...parts, megabytes(own.totalBytes)];
  });
  const columns = ['chunks', 'index', 'total'].flatMap((column) => [column, 'ratio']);
  const title = `Bytes per sample: a block of ${SERIES_PER_PAGE} series and ${SCRAPES} scrapes, made of the same text; ${loadNote()}`;
  console.log(table(title, ['block', 'samples', ...columns, 'total MB'], rows));
}
