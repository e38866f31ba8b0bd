import { compareLabels, compareUtf8, type Labels } from '@hearth/model';
import type { BlockSource, ChunkedSeries } from '../../block-source.ts';
import type { Pace } from '../../file/pace.ts';
import { joinChunks } from './join-chunks.ts';

const SYMBOLS_BETWEEN_RESTS = 256;

/** Several sources as one. A series that several have is one; see `joinChunks` for samples that several have. */
export class MergedSource implements BlockSource {
  readonly minTime: number;
  readonly maxTime: number;
  readonly #sources: readonly BlockSource[];
  readonly #pace: Pace;

  constructor(sources: readonly BlockSource[], pace: Pace) {
    this.#sources = sources;
    this.#pace = pace;
    this.minTime = Math.min(...sources.map(({ minTime }) => minTime));
    this.maxTime = Math.max(...sources.map(({ maxTime }) => maxTime));
  }

  async symbols(): Promise<readonly string[]> {
    const lists: (readonly string[])[] = [];
    for (const source of this.#sources) lists.push(await source.symbols());
    const at = lists.map(() => 0);
    const merged: string[] = [];
    for (;;) {
      let lowest: string | undefined;
      for (const [i, list] of lists.entries()) {
        const symbol = list[at[i]];
        if (symbol === undefined) continue;
        if (lowest === undefined || compareUtf8(symbol, lowest) < 0) lowest = symbol;
      }
      if (lowest === undefined) return merged;
      for (const [i, list] of lists.entries()) if (list[at[i]] === lowest) at[i]++;
      if (merged.push(lowest) % SYMBOLS_BETWEEN_RESTS === 0) await this.#pace();
    }
  }

  async *series(): AsyncGenerator<ChunkedSeries> {
    const iterators = this.#sources.map((source) => source.series()[Symbol.asyncIterator]());
    try {
      const heads = await Promise.all(iterators.map((iterator) => nextOf(iterator)));
      for (;;) {
        const labels = lowestOf(heads);
        if (labels === undefined) return;
        const same = heads.flatMap((head, i) => (head?.labels.equals(labels) ? [i] : []));
        const chunks = same.flatMap((i) => heads[i]?.chunks ?? []);
        yield { labels, chunks: await joinChunks(chunks, this.#pace) };
        for (const i of same) heads[i] = await nextOf(iterators[i]);
      }
    } finally {
      await Promise.all(iterators.map(async (iterator) => iterator.return?.()));
    }
  }
}

async function nextOf(iterator: AsyncIterator<ChunkedSeries>): Promise<ChunkedSeries | undefined> {
  const next = await iterator.next();
  return next.done === true ? undefined : next.value;
}

function lowestOf(heads: readonly (ChunkedSeries | undefined)[]): Labels | undefined {
  let lowest: Labels | undefined;
  for (const head of heads) {
    if (head !== undefined && (lowest === undefined || compareLabels(head.labels, lowest) < 0)) lowest = head.labels;
  }
  return lowest;
}
