import { compareUtf8 } from '@hearth/model';
import type { Block, BlockMeta, Pace } from '@hearth/tsdb';

export interface Ranked {
  readonly name: string;
  readonly value: number;
}

/** What a block is made of. Each list begins with the highest, and has no more than was asked for. */
export interface Analysis {
  readonly meta: BlockMeta;
  readonly labelNames: number;
  readonly labelPairs: number;
  /** Labels of all series together. */
  readonly entries: number;
  /** As if so many series had been there for none of the block's time: those that come and go are high up. */
  readonly churnOfPairs: readonly Ranked[];
  readonly churnOfNames: readonly Ranked[];
  readonly seriesOfPairs: readonly Ranked[];
  /** Bytes of all values of a label. */
  readonly lengthOfValues: readonly Ranked[];
  readonly valuesOfLabels: readonly Ranked[];
  readonly seriesOfMetrics: readonly Ranked[];
}

/** Reads the index of a block. Memory: some numbers for each label pair. Nothing of the chunks is read. */
export async function analyzeBlock(
  { meta, index }: Pick<Block, 'meta' | 'index'>,
  { limit, pace }: { readonly limit: number; readonly pace: Pace },
): Promise<Analysis> {
  const tally = await tallySeries({ meta, index }, pace);
  const lengths = new Map<string, number>();
  const valueCounts = new Map<string, number>();
  for (const name of index.labelNames) {
    let length = 0;
    for (const value of await index.labelValues(name)) length += Buffer.byteLength(value);
    lengths.set(name, length);
    valueCounts.set(name, index.valueCount(name));
    await pace();
  }
  const metrics = (await index.seriesCounts('__name__')).map(({ value, seriesCount }) => [value, seriesCount] as const);
  const durationMs = meta.maxTime - meta.minTime;
  return {
    meta,
    labelNames: index.labelNames.length,
    labelPairs: tally.seriesOfPairs.size,
    entries: tally.entries,
    churnOfPairs: rank(inSeries(tally.uncoveredOfPairs, durationMs), limit),
    churnOfNames: rank(inSeries(tally.uncoveredOfNames, durationMs), limit),
    seriesOfPairs: rank(tally.seriesOfPairs, limit),
    lengthOfValues: rank(lengths, limit),
    valuesOfLabels: rank(valueCounts, limit),
    seriesOfMetrics: rank(metrics, limit),
  };
}

/** Draws what `promtool tsdb analyze` prints; those of one value are in the order of their names. */
export function renderAnalysis(analysis: Analysis, formatDuration: (ms: number) => string): readonly string[] {
  const { meta } = analysis;
  const lists: readonly (readonly [heading: string, list: readonly Ranked[]])[] = [
    ['Label pairs most involved in churning:', analysis.churnOfPairs],
    ['Label names most involved in churning:', analysis.churnOfNames],
    ['Most common label pairs:', analysis.seriesOfPairs],
    ['Label names with highest cumulative label value length:', analysis.lengthOfValues],
    ['Highest cardinality labels:', analysis.valuesOfLabels],
    ['Highest cardinality metric names:', analysis.seriesOfMetrics],
  ];
  return [
    `Block ID: ${meta.ulid}`,
    `Duration: ${formatDuration(meta.maxTime - meta.minTime)}`,
    `Series: ${meta.stats.numSeries}`,
    `Label names: ${analysis.labelNames}`,
    `Postings (unique label pairs): ${analysis.labelPairs}`,
    `Postings entries (total label pairs): ${analysis.entries}`,
    ...lists.flatMap(([heading, list]) => ['', heading, ...list.map(({ name, value }) => `${value} ${name}`)]),
  ];
}

interface Tally {
  readonly uncoveredOfPairs: Map<string, number>;
  readonly uncoveredOfNames: Map<string, number>;
  readonly seriesOfPairs: Map<string, number>;
  entries: number;
}

async function tallySeries({ meta, index }: Pick<Block, 'meta' | 'index'>, pace: Pace): Promise<Tally> {
  const tally: Tally = {
    uncoveredOfPairs: new Map(),
    uncoveredOfNames: new Map(),
    seriesOfPairs: new Map(),
    entries: 0,
  };
  for (const ref of await index.allPostings()) {
    const rest = pace();
    if (rest !== undefined) await rest;
    const { labels, chunks } = await index.series(ref);
    const covered = chunks.length === 0 ? 0 : chunks[chunks.length - 1].maxTime - chunks[0].minTime;
    const uncovered = meta.maxTime - meta.minTime - covered;
    for (const { name, value } of labels) {
      const pair = `${name}=${value}`;
      add(tally.uncoveredOfNames, name, uncovered);
      add(tally.uncoveredOfPairs, pair, uncovered);
      add(tally.seriesOfPairs, pair, 1);
      tally.entries++;
    }
  }
  return tally;
}

function add(sums: Map<string, number>, name: string, value: number): void {
  sums.set(name, (sums.get(name) ?? 0) + value);
}

/** Times as whole numbers of series. */
function* inSeries(uncovered: ReadonlyMap<string, number>, durationMs: number): Generator<readonly [string, number]> {
  for (const [name, ms] of uncovered) yield [name, Math.floor(ms / durationMs)];
}

function rank(values: Iterable<readonly [string, number]>, limit: number): readonly Ranked[] {
  return Array.from(values, ([name, value]) => ({ name, value }))
    .sort((a, b) => b.value - a.value || compareUtf8(a.name, b.name))
    .slice(0, limit);
}
