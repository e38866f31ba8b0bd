import { createLabels } from '@hearth/model';
import { describe, expect, it } from 'vitest';
import { createEngine } from './create-engine.ts';
import type { QueryLimits } from './engine.ts';
import { PromqlError } from './errors.ts';
import { createMemoryStorage } from './memory/create-memory-storage.ts';
import { superviseWork } from './testing/supervise-work.ts';

const SERIES = 2_000;
const SCRAPES = 60;
const SCRAPE_MS = 15_000;
const END_MS = SCRAPES * SCRAPE_MS;
/** A query may take this long; what takes longer has to be ended by the engine. */
const TIMEOUT_MS = 3_000;
/** Beside what the limits allow: the engine itself, and what the collector has not come to yet. */
const MOST_BYTES = 400 * 1024 * 1024;
const LONGEST_TURN_MS = 50;
/** For tens of kilobytes of text, that are read and planned in one go by code that is not warm yet. */
const LONGEST_PLANNING_MS = 400;
/** A collection of garbage may fall into any turn. */
const PATIENT = { retry: 2 };

const limits: Partial<QueryLimits> = {
  maxSamples: 5_000_000,
  maxBytes: 64 * 1024 * 1024,
  maxResultSamples: 1_000_000,
  timeoutMs: TIMEOUT_MS,
};

const storage = createStorage();

/** `wide`, of which each series has an `id` of its own, and `evil`, whose values make backtracking expressions despair. */
function createStorage() {
  const memory = createMemoryStorage();
  for (let i = 0; i < SERIES; i++) {
    const labels = createLabels({ __name__: 'wide', id: `id-${i}`, group: `g${i % 10}`, a: 'aaaaaaaa' });
    for (let scrape = 0; scrape < SCRAPES; scrape++) memory.append(labels, scrape * SCRAPE_MS, i + scrape / 7);
  }
  for (let i = 0; i < 50; i++) {
    const labels = createLabels({ __name__: 'evil', a: `${'a'.repeat(5_000)}${i}!`, i: String(i) });
    for (let scrape = 0; scrape < SCRAPES; scrape++) memory.append(labels, scrape * SCRAPE_MS, i);
  }
  return memory;
}

interface Times {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

const DASHBOARD: Times = { startMs: 0, endMs: END_MS, stepMs: SCRAPE_MS };

/** How the query ended: `answer`, or the code of its error. Fails where it took too much of anything. */
async function endOf(text: string, times: Times = DASHBOARD, mostTurnMs = LONGEST_TURN_MS): Promise<string> {
  const { result, elapsedMs, longestTurnMs, peakBytes } = await superviseWork(() => attempt(text, times));
  expect(elapsedMs).toBeLessThan(2 * TIMEOUT_MS);
  expect(peakBytes).toBeLessThan(MOST_BYTES);
  expect(longestTurnMs).toBeLessThan(mostTurnMs);
  return result;
}

async function attempt(text: string, times: Times): Promise<string> {
  const engine = createEngine({ limits, experimentalFunctions: true });
  try {
    await engine.range(storage, { text, ...times });
    return 'answer';
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    // It may quote the query.
    expect(error.message.length).toBeLessThan(2_000 + 2 * text.length);
    return error.code;
  }
}

const repeat = (times: number, text: string, separator = '') => Array(times).fill(text).join(separator);
const nest = (depth: number, before: string, text: string, after: string) =>
  before.repeat(depth) + text + after.repeat(depth);

describe('regular expressions', PATIENT, () => {
  it.each([
    ['that backtrack', 'evil{a=~"(a+)+$"}', 'answer'],
    ['that backtrack over several stars', `evil{a=~"${repeat(20, '.*a')}b"}`, 'answer'],
    ['that backtrack over alternatives', 'evil{a=~"(a|aa|aaa)+"}', 'answer'],
    ['in label_replace', 'label_replace(evil, "b", "$1", "a", "(a+)+$")', 'answer'],
    ['in label_replace, with groups', 'label_replace(evil, "b", "$1", "a", "(.*)(.*)(.*)(.*)b")', 'answer'],
    [
      'of ten thousand words',
      `wide{id=~"${Array.from({ length: 10_000 }, (_, i) => `word${i}`).join('|')}"}`,
      'answer',
    ],
    ['with repetitions of repetitions', 'wide{id=~"((a{100}){100}){100}"}', 'parse'],
    ['that repeat too often', 'wide{id=~"a{100000}"}', 'parse'],
    ['with a thousand groups in each other', `wide{id=~"${nest(1_000, '(', 'a', ')')}"}`, 'parse'],
    ['with references back', 'wide{id=~"(a)\\\\1"}', 'parse'],
    ['that look ahead', 'wide{id=~"(?=a)a"}', 'parse'],
    ['of a hundred kilobytes', `wide{id=~"${'[a-z]'.repeat(20_000)}"}`, undefined],
  ])('%s', async (_, text, end) => {
    const actual = await endOf(text);
    if (end !== undefined) expect(actual).toBe(end);
  });
});

describe('long and deep texts', PATIENT, () => {
  it.each([
    ['a sum of five thousand', repeat(5_000, '1', ' + '), 'parse'],
    ['a hundred thousand brackets', '('.repeat(100_000), 'parse'],
    ['braces', '{'.repeat(100_000), 'parse'],
    ['a thousand pairs of brackets', nest(1_000, '(', '1', ')'), 'parse'],
    ['a thousand signs', `${'-'.repeat(1_000)}wide`, undefined],
    ['a thousand powers', repeat(1_000, '2', ' ^ '), 'parse'],
    ['a thousand sums in each other', nest(1_000, 'sum(', 'wide', ')'), 'parse'],
    ['four hundred sums in each other', nest(400, 'sum(', 'wide', ')'), 'answer'],
    ['a thousand subqueries in each other', `wide${'[1m:1m]'.repeat(1_000)}`, 'parse'],
    ['a thousand matchers', `wide{${repeat(1_000, 'id!="x"', ', ')}}`, 'answer'],
    ['ten thousand labels to group by', `sum by (${repeat(10_000, 'id', ', ')}) (wide)`, 'answer'],
    ['ten thousand labels to match', `wide * on (${repeat(10_000, 'id', ', ')}) wide`, 'answer'],
    ['ten thousand labels to join', `label_join(wide, "b", "", ${repeat(10_000, '"id"', ', ')})`, undefined],
    ['a megabyte of letters', 'a'.repeat(1_000_000), 'answer'],
    ['a megabyte in quotes', `label_replace(wide, "b", "${'x'.repeat(1_000_000)}", "id", ".*")`, 'execution'],
    ['a megabyte of what is nothing', '\u0000\ud800?'.repeat(300_000), 'parse'],
    ['a string without an end', `"${'\\'.repeat(100_000)}`, 'parse'],
    ['a comment', `wide #${'x'.repeat(1_000_000)}`, 'answer'],
    ['a number of a hundred thousand digits', `vector(${'9'.repeat(100_000)})`, undefined],
    ['a duration without measure', `wide[${'9'.repeat(100_000)}y]`, 'parse'],
  ])('%s', async (_, text, end) => {
    const actual = await endOf(text);
    if (end !== undefined) expect(actual).toBe(end);
  });

  it('four thousand selectors, none deep', async () => {
    let texts = Array.from({ length: 4_096 }, () => 'wide');
    while (texts.length > 1) {
      texts = texts.filter((__, i) => i % 2 === 0).map((text, i) => `(${text} or ${texts[2 * i + 1]})`);
    }
    expect(await endOf(texts[0], DASHBOARD, LONGEST_PLANNING_MS)).toBe('too_much_memory');
  });
});

describe('times', PATIENT, () => {
  const year = 365 * 86_400_000;

  it.each<[string, string, Times, string]>([
    ['a century by the millisecond', 'wide', { startMs: 0, endMs: 100 * year, stepMs: 1 }, 'too_many_steps'],
    ['no step', 'wide', { ...DASHBOARD, stepMs: 0 }, 'bad_parameter'],
    ['a step that is no number', 'wide', { ...DASHBOARD, stepMs: Number.NaN }, 'bad_parameter'],
    ['an endless step', 'wide', { ...DASHBOARD, stepMs: Number.POSITIVE_INFINITY }, 'bad_parameter'],
    ['a step backwards', 'wide', { ...DASHBOARD, stepMs: -1 }, 'bad_parameter'],
    ['an end that is no number', 'wide', { ...DASHBOARD, endMs: Number.NaN }, 'bad_parameter'],
    ['an end beyond all', 'wide', { ...DASHBOARD, endMs: Number.POSITIVE_INFINITY }, 'bad_parameter'],
    ['an end before the start', 'wide', { ...DASHBOARD, endMs: -1 }, 'bad_parameter'],
  ])('%s', async (_, text, times, end) => {
    expect(await endOf(text, times)).toBe(end);
  });

  it.each([
    ['a range of a century', 'count_over_time(wide[100y])', 'answer'],
    ['an offset of centuries', 'wide offset 250y', 'answer'],
    ['an offset into a far future', 'wide offset -250y', 'answer'],
    ['a moment beyond all', 'wide @ 1e300', 'parse'],
    ['a moment that is none', 'wide @ NaN', 'parse'],
    ['a subquery of ten years by the millisecond', 'count_over_time(wide[10y:1ms])', 'too_many_steps'],
    [
      'subqueries of subqueries',
      `sum(wide)${'[1h:1s])'.repeat(3)}`.replace(/^/, 'max_over_time('.repeat(3)),
      undefined,
    ],
    ['a subquery of each step of a range', 'max_over_time(wide[1h:1s])', undefined],
    ['a far forecast', 'predict_linear(wide[10m], 1e308)', 'answer'],
  ])('%s', async (_, text, end) => {
    const actual = await endOf(text);
    if (end !== undefined) expect(actual).toBe(end);
  });
});

describe('results that grow', PATIENT, () => {
  it.each([
    ['the top of all', 'topk(1e18, wide)', 'answer'],
    ['the top of nothing', 'topk(-1e300, wide)', undefined],
    ['the top of no number', 'topk(NaN, wide)', undefined],
    ['the bottom of infinity', 'bottomk(Inf, wide)', undefined],
    ['as many as there are', 'limitk(1e18, wide)', 'answer'],
    ['a quantile beyond all', 'quantile(1e308, wide)', 'answer'],
    ['each value of each series', 'count_values("v", wide * time())', undefined],
    ['each value by each label', 'count_values by (id) ("v", wide * time())', undefined],
    ['ten times the data', repeat(10, 'wide', ' or '), 'answer'],
    ['all on one side', 'wide * on () group_left () wide', 'execution'],
    ['all on both sides', 'wide * on () wide', 'execution'],
    ['all and all', 'wide and on () wide', 'answer'],
    ['each with its group', 'wide * on (group) group_left () sum by (group) (wide)', 'answer'],
    ['a label that is there already', 'label_replace(wide, "id", "", "id", ".*")', 'execution'],
    ['joined labels that double forty times', doubled('label_join(', ', "a", "", "a", "a")'), 'too_much_memory'],
    [
      'replaced labels that double forty times',
      doubled('label_replace(', ', "a", "$1$1", "a", "(.*)")'),
      'too_much_memory',
    ],
    [
      'a label of a megabyte for each series',
      `label_replace(wide, "b", "${'$1'.repeat(100_000)}", "id", "(.*)")`,
      'execution',
    ],
    ['infinities and no numbers', 'wide ^ 1e308 - wide ^ 1e308 + NaN * (wide % 0)', 'answer'],
  ])('%s', async (_, text, end) => {
    const actual = await endOf(text);
    if (end !== undefined) expect(actual).toBe(end);
  });

  function doubled(before: string, after: string): string {
    return nest(40, before, 'wide', after);
  }
});
