import { type Labels, SymbolTable } from '@hearth/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NaiveSeries } from '../testing/naive-series.ts';
import { createRecordingStorage } from '../testing/recording-storage.ts';
import { NO_LIMITS } from '../testing/scrape-config.ts';
import { createBodyCounts } from './body-reader.ts';
import { ScrapedSeries, type SeriesRules } from './scraped-series.ts';

/** What stands before a value. Some mean the same series, some are dropped, some have comments before them. */
const HEADS = [
  'a',
  'a{}',
  'b{x="1"}',
  'b{x="2"}',
  'b{x="1",y="2"}',
  'b{y="2",x="1"}',
  'b{ x = "1" , }',
  'dropped{x="1"}',
  'long_name_of_a_series{with="many",labels="that",take="more",than="a",few="words",of="memory"}',
  '# TYPE c counter\nc',
  '# HELP c Text.\n# TYPE c counter\nc',
  '# a comment\n\nd{e="f\\"g\\\\"}',
  '\n\ne{x="line\nbreak"}',
];

const head = fc.constantFrom(...HEADS);
const value = fc.constantFrom(
  '0',
  '1',
  '-1',
  '12345',
  '1.5',
  '1e3',
  'NaN',
  '+Inf',
  '0.1234567890123456789',
  '123456789012345678',
);
const timestamp = fc.constantFrom('', '', '', '', ' 500', ' 1500', ' 99999999');
const separator = fc.constantFrom(' ', ' ', ' ', '  ', '\t');
const line = fc.record({ head, separator, value, timestamp });
type Line = typeof line extends fc.Arbitrary<infer T> ? T : never;

/** A body as the changes that make it from the one before: as with real targets, most lines stay. */
const change = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('values' as const),
      values: fc.array(value, { minLength: 1, maxLength: 5 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('insert' as const), at: fc.nat(20), line }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), at: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('swap' as const), at: fc.nat(20), with: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('all' as const), lines: fc.array(line, { maxLength: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('break' as const), at: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const) }) },
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function apply(lines: readonly Line[], change: Change): readonly Line[] {
  const at = 'at' in change ? change.at % (lines.length + 1) : 0;
  switch (change.kind) {
    case 'values':
      return lines.map((line, i) => ({ ...line, value: change.values[i % change.values.length]! }));
    case 'insert':
      return lines.toSpliced(at, 0, change.line);
    case 'remove':
      return lines.toSpliced(at, 1);
    case 'swap': {
      const other = change.with % (lines.length + 1);
      if (lines[at] === undefined || lines[other] === undefined) return lines;
      return lines.with(at, lines[other]).with(other, lines[at]);
    }
    case 'all':
      return change.lines;
    default:
      return lines;
  }
}

function print(lines: readonly Line[], change: Change): Buffer {
  const texts = lines.map(({ head, separator, value, timestamp }) => `${head}${separator}${value}${timestamp}\n`);
  if (change.kind === 'break') texts.splice(change.at % (texts.length + 1), 0, 'broken{\n');
  return Buffer.from(texts.join(''));
}

const isKept = (labels: Labels) => labels.get('__name__') !== 'dropped';

const rules: SeriesRules = {
  limits: NO_LIMITS,
  metricNameValidationScheme: 'utf8',
  seriesLabels: (labels) => (isKept(labels) ? labels : undefined),
  honorTimestamps: true,
  trackTimestampsStaleness: false,
};

interface Reader {
  append(...args: Parameters<ScrapedSeries['append']>): Promise<void> | void;
  appendEnd(...args: Parameters<ScrapedSeries['appendEnd']>): Promise<void> | void;
  accept?(): void;
}

/** Scrapes as the loop does; what was stored, in no order, and what was counted. */
async function scrapeAll(reader: Reader, start: readonly Line[], changes: readonly Change[]): Promise<unknown[]> {
  const storage = createRecordingStorage();
  const outcomes: unknown[] = [];
  let lines = start;
  for (const [i, change] of changes.entries()) {
    lines = apply(lines, change);
    if (change.kind === 'forget') storage.forgetSeries();
    const timestampMs = (i + 1) * 1000;
    const counts = createBodyCounts();
    const body = {
      bytes: print(lines, change),
      format: 'prometheus-text',
      timestampMs,
      maxTimestampMs: 90_000,
    } as const;
    let appender = storage.appender();
    let failure = '';
    try {
      await reader.append(appender, body, counts);
    } catch (error) {
      failure = String(error);
      appender = storage.appender();
      await reader.appendEnd(appender, timestampMs);
    }
    await appender.commit();
    reader.accept?.();
    // What a body that fails has counted until then is of no interest.
    outcomes.push({ failure, stored: storage.taken().toSorted(), ...(failure === '' && counts) });
  }
  return outcomes;
}

test('stores and counts what a reader that remembers nothing does, however bodies change', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.array(change, { maxLength: 12 }), async (start, changes) => {
      const fast = new ScrapedSeries({ rules, symbols: new SymbolTable(), pace: () => undefined });
      expect(await scrapeAll(fast, start, changes)).toEqual(await scrapeAll(new NaiveSeries(rules), start, changes));
    }),
    { numRuns: 2000 },
  );
});
