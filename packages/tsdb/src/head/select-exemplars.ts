import type { Matcher, TimeRange } from '@hearth/model';
import { selectPostings } from '../querying/select-postings.ts';
import type { RefExemplar } from './exemplar-ring.ts';
import type { SeriesExemplars, StoredExemplar } from './head.ts';
import type { HeadCore } from './head-core.ts';
import { sortSlots } from './head-querier.ts';

const STEPS_BETWEEN_RESTS = 1024;

export interface ExemplarSelection {
  readonly matcherSets: readonly (readonly Matcher[])[];
  readonly range: TimeRange;
  readonly signal?: AbortSignal | undefined;
}

/** By series in the order of their labels, then by time. */
export async function selectExemplars(core: HeadCore, selection: ExemplarSelection): Promise<SeriesExemplars[]> {
  const { series, readers } = core;
  const reader = readers.open(Infinity);
  try {
    const bySlot = new Map<number, StoredExemplar[]>();
    for (const slot of await matchingSlots(core, selection)) bySlot.set(slot, []);
    await gather(core, bySlot, selection);
    const slots = [...bySlot].flatMap(([slot, exemplars]) => (exemplars.length > 0 ? [slot] : []));
    return (await sortSlots(core, slots)).map((slot) => ({
      series: series.labels.labels(slot),
      exemplars: bySlot.get(slot) ?? [],
    }));
  } finally {
    reader.close();
  }
}

async function matchingSlots(core: HeadCore, { matcherSets, signal }: ExemplarSelection): Promise<ReadonlySet<number>> {
  const slots = new Set<number>();
  for (const matchers of matcherSets) {
    for (const slot of await selectPostings(core.series.index, matchers, { pace: core.pace, signal })) slots.add(slot);
  }
  return slots;
}

/** The ring is in the order in which exemplars came, so those of a series are in the order of their times. */
async function gather(
  { series, exemplars, pace }: HeadCore,
  bySlot: ReadonlyMap<number, StoredExemplar[]>,
  { range, signal }: ExemplarSelection,
): Promise<void> {
  const all: RefExemplar[] = [...exemplars.inOrder()];
  for (const [i, { ref, ...exemplar }] of all.entries()) {
    const { timestampMs } = exemplar;
    if (timestampMs >= range.startMs && timestampMs <= range.endMs) bySlot.get(series.slotOf(ref))?.push(exemplar);
    if (i % STEPS_BETWEEN_RESTS !== 0) continue;
    signal?.throwIfAborted();
    const rest = pace();
    if (rest !== undefined) await rest;
  }
}
