import { formatFloat, type Matcher, type Querier, type SeriesBatch } from '@hearth/model';

/** About so many characters are written at once. */
const TEXT_CHARACTERS = 64 * 1024;

export interface DumpSelection {
  readonly matchers: readonly Matcher[];
  readonly startMs: number;
  readonly endMs: number;
}

/** The samples that match as lines, many at a time: `{labels} value timestamp`, as `promtool tsdb dump` prints them. */
export async function* dumpLines(
  querier: Querier,
  selection: DumpSelection,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for await (const batch of querier.select(selection, signal)) yield* linesOf(batch);
}

function* linesOf({ labels, offsets, timestamps, values }: SeriesBatch): Generator<string> {
  let lines: string[] = [];
  let characters = 0;
  for (const [i, each] of labels.entries()) {
    const text = each.toString();
    for (let at = offsets[i]; at < offsets[i + 1]; at++) {
      const line = `${text} ${formatFloat(values[at])} ${timestamps[at]}`;
      lines.push(line);
      characters += line.length;
      if (characters < TEXT_CHARACTERS) continue;
      yield lines.join('\n');
      lines = [];
      characters = 0;
    }
  }
  if (lines.length > 0) yield lines.join('\n');
}
