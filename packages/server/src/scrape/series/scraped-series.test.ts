import { createLabels, type ExpositionFormat, type Labels, SymbolTable } from '@hearth/model';
import { describe, expect, test } from 'vitest';
import { createRecordingStorage, type RecordingStorage } from '../testing/recording-storage.ts';
import { type BodyCounts, createBodyCounts } from './body-reader.ts';
import { ScrapedSeries, type SeriesRules } from './scraped-series.ts';
import { createSeriesLabels } from './series-labels.ts';

const NO_LIMITS = {
  bodySizeBytes: 0,
  samples: 0,
  targets: 0,
  labels: 0,
  labelNameLength: 0,
  labelValueLength: 0,
  keepDroppedTargets: 0,
};

function rulesWith(rules: Partial<SeriesRules> = {}): SeriesRules {
  return {
    limits: NO_LIMITS,
    metricNameValidationScheme: 'utf8',
    seriesLabels: (labels) => labels,
    honorTimestamps: true,
    trackTimestampsStaleness: false,
    ...rules,
  };
}

interface Scene {
  readonly storage: RecordingStorage;
  readonly series: ScrapedSeries;
  /** Scrapes a body of the given lines at second 1, 2, 3 … */
  scrape(lines: readonly string[], format?: ExpositionFormat): Promise<readonly string[]>;
  readonly counts: BodyCounts;
}

function setUp(rules?: Partial<SeriesRules>): Scene {
  const storage = createRecordingStorage();
  const series = new ScrapedSeries({ rules: rulesWith(rules), symbols: new SymbolTable(), pace: () => undefined });
  let counts = createBodyCounts();
  let seconds = 0;
  return {
    storage,
    series,
    get counts() {
      return counts;
    },
    async scrape(lines, format = 'prometheus-text') {
      const timestampMs = ++seconds * 1000;
      counts = createBodyCounts();
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const body = { bytes, format, timestampMs, maxTimestampMs: timestampMs + 600_000 };
      let appender = storage.appender();
      try {
        await series.append(appender, body, counts);
      } catch (error) {
        await appender.rollback();
        appender = storage.appender();
        await series.appendEnd(appender, timestampMs);
        await appender.commit();
        series.accept();
        throw error;
      }
      await appender.commit();
      series.accept();
      return storage.taken();
    },
  };
}

describe('from one scrape to the next', () => {
  test('the same lines with other values are looked up once', async () => {
    const { scrape, storage } = setUp();
    expect(await scrape(['# TYPE a counter', 'a{x="1"} 1', 'a{x="2"} 22', 'b 0.5'])).toEqual([
      'a{x="1"} 1 @1000',
      'a{x="2"} 22 @1000',
      'b 0.5 @1000',
    ]);
    expect(storage.lookups).toBe(3);
    expect(await scrape(['# TYPE a counter', 'a{x="1"} 333', 'a{x="2"} 4', 'b NaN'])).toEqual([
      'a{x="1"} 333 @2000',
      'a{x="2"} 4 @2000',
      'b NaN @2000',
    ]);
    expect(storage.lookups).toBe(3);
  });

  test('a line that comes in between is new, the others are known', async () => {
    const { scrape, storage, ...scene } = setUp();
    await scrape(['a 1', 'c 1', 'd 1']);
    expect(await scrape(['a 2', 'b 2', 'c 2', 'd 2'])).toEqual(['a 2 @2000', 'b 2 @2000', 'c 2 @2000', 'd 2 @2000']);
    expect(storage.lookups).toBe(4);
    expect(await scrape(['a 3', 'b 3', 'c 3', 'd 3'])).toHaveLength(4);
    expect(storage.lookups).toBe(4);
    expect(scene.series.layout.length).toBe(4);
  });

  test('a line that goes ends its series', async () => {
    const { scrape } = setUp();
    await scrape(['a 1', 'b 1', 'c 1']);
    expect(await scrape(['a 2', 'c 2'])).toEqual(['a 2 @2000', 'c 2 @2000', 'b stale @2000']);
    expect(await scrape(['a 3'])).toEqual(['a 3 @3000', 'c stale @3000']);
    expect(await scrape(['a 4', 'b 4', 'c 4'])).toEqual(['a 4 @4000', 'b 4 @4000', 'c 4 @4000']);
  });

  test('lines in another order are the same series', async () => {
    const { scrape, storage } = setUp();
    await scrape(['a 1', 'b 1', 'c 1']);
    expect(await scrape(['c 2', 'b 2', 'a 2'])).toEqual(['c 2 @2000', 'b 2 @2000', 'a 2 @2000']);
    expect(storage.lookups).toBe(3);
  });

  test('labels in another order are the same series, which goes on', async () => {
    const { scrape } = setUp();
    await scrape(['a{x="1",y="2"} 1']);
    expect(await scrape(['a{y="2",x="1"} 2'])).toEqual(['a{x="1", y="2"} 2 @2000']);
  });

  test('an empty body ends everything and is no failure', async () => {
    const { scrape } = setUp();
    await scrape(['a 1']);
    expect(await scrape([])).toEqual(['a stale @2000']);
    expect(await scrape([])).toEqual([]);
    expect(await scrape(['a 3'])).toEqual(['a 3 @4000']);
  });

  test('a body that cannot be read ends everything and changes nothing else', async () => {
    const { scrape, storage } = setUp();
    await scrape(['a 1', 'b 1']);
    await expect(scrape(['a 2', 'b 2', 'c{'])).rejects.toThrow(
      'line 3, column 3: expected label name, got the end of the line',
    );
    expect(storage.taken()).toEqual(['a stale @2000', 'b stale @2000']);
    expect(await scrape(['a 3', 'b 3'])).toEqual(['a 3 @3000', 'b 3 @3000']);
    expect(storage.lookups).toBe(2);
  });

  test('a reference that the storage has forgotten is renewed', async () => {
    const { scrape, storage } = setUp();
    await scrape(['a 1', 'b 1']);
    storage.forgetSeries();
    expect(await scrape(['a 2', 'b 2'])).toEqual(['a 2 @2000', 'b 2 @2000']);
    expect(await scrape(['a 3', 'b 3'])).toEqual(['a 3 @3000', 'b 3 @3000']);
    expect(storage.lookups).toBe(4);
  });

  test('without a commit it is as if the scrape had not been', async () => {
    const { scrape, series, storage } = setUp();
    await scrape(['a 1', 'b 1']);
    const body = {
      bytes: Buffer.from('a 2\n'),
      format: 'prometheus-text',
      timestampMs: 1500,
      maxTimestampMs: 2000,
    } as const;
    await series.append(storage.appender(), body, createBodyCounts());
    expect(await scrape(['a 2'])).toEqual(['a 2 @2000', 'b stale @2000']);
  });
});

describe('timestamps of its own', () => {
  test('are taken over, and do not end their series', async () => {
    const { scrape } = setUp();
    expect(await scrape(['a 1 500', 'b 1'])).toEqual(['a 1 @500', 'b 1 @1000']);
    expect(await scrape(['a 2 1500', 'b 2'])).toEqual(['a 2 @1500', 'b 2 @2000']);
    expect(await scrape(['b 3'])).toEqual(['b 3 @3000']);
  });

  test('end their series where that is wanted', async () => {
    const { scrape } = setUp({ trackTimestampsStaleness: true });
    await scrape(['a 1 500', 'b 1']);
    expect(await scrape(['b 3'])).toEqual(['b 3 @2000', 'a stale @2000']);
  });

  test('are left out where they are not honoured', async () => {
    const { scrape } = setUp({ honorTimestamps: false });
    expect(await scrape(['a 1 500'])).toEqual(['a 1 @1000']);
    expect(await scrape([])).toEqual(['a stale @2000']);
  });

  test('too far ahead are not taken, and counted', async () => {
    const scene = setUp();
    expect(await scene.scrape(['a 1 601001', 'b 1 601000'])).toEqual(['b 1 @601000']);
    expect(scene.counts).toMatchObject({ scraped: 2, kept: 2, outOfBounds: 1 });
  });

  test('that come and go are noticed', async () => {
    const { scrape } = setUp();
    await scrape(['a 1 500', 'b 1']);
    expect(await scrape(['a 2', 'b 2'])).toEqual(['a 2 @2000', 'b 2 @2000']);
    expect(await scrape(['b 3'])).toEqual(['b 3 @3000', 'a stale @3000']);
  });
});

test('a series twice in a body is taken once, and counted', async () => {
  const scene = setUp();
  for (const second of [1, 2, 3]) {
    expect(await scene.scrape(['a 1', 'b 1', 'a 2'])).toEqual([`a 1 @${second}000`, `b 1 @${second}000`]);
    expect(scene.counts).toMatchObject({ scraped: 3, kept: 3, duplicates: 1 });
  }
});

test('what relabelling drops is counted as scraped only', async () => {
  const isKept = (labels: Labels) => labels.get('__name__') !== 'b';
  const scene = setUp({ seriesLabels: (labels) => (isKept(labels) ? labels : undefined) });
  for (const second of [1, 2]) {
    expect(await scene.scrape(['a 1', 'b 1', 'c 1'])).toEqual([`a 1 @${second}000`, `c 1 @${second}000`]);
    expect(scene.counts).toMatchObject({ scraped: 3, kept: 2 });
  }
  expect(scene.storage.lookups).toBe(2);
});

test('other rules end what is stored as something else', async () => {
  const labelled = (job: string) =>
    createSeriesLabels({ target: createLabels({ job }), honorLabels: false, relabel: (labels) => labels });
  const scene = setUp({ seriesLabels: labelled('x') });
  expect(await scene.scrape(['a 1'])).toEqual(['a{job="x"} 1 @1000']);
  scene.series.changeRules(rulesWith({ seriesLabels: labelled('y') }), { keepsSeries: false });
  expect(await scene.scrape(['a 2'])).toEqual(['a{job="y"} 2 @2000', 'a{job="x"} stale @2000']);
  scene.series.changeRules(rulesWith({ seriesLabels: labelled('y') }), { keepsSeries: false });
  expect(await scene.scrape(['a 3'])).toEqual(['a{job="y"} 3 @3000']);
});

describe('OpenMetrics', () => {
  test('is read the same way, with exemplars and without them', async () => {
    const { scrape, storage } = setUp();
    const body = (value: number, exemplar: string) => [
      '# TYPE a counter',
      `a_total ${value}${exemplar}`,
      `b ${value}`,
      '# EOF',
    ];
    expect(await scrape(body(1, ''), 'openmetrics')).toEqual(['a_total 1 @1000', 'b 1 @1000']);
    expect(await scrape(body(2, ' # {id="x"} 0.5 1.5'), 'openmetrics')).toEqual([
      'a_total 2 @2000',
      'a_total # {id="x"} 0.5 @1500',
      'b 2 @2000',
    ]);
    expect(await scrape(body(3, ' # {id="y"} 0.5'), 'openmetrics')).toContain('a_total # {id="y"} 0.5 @3000');
    expect(storage.lookups).toBe(2);
  });

  test('that ends too early is refused though all lines are known', async () => {
    const { scrape } = setUp();
    await scrape(['a 1', '# EOF'], 'openmetrics');
    await expect(scrape(['a 1'], 'openmetrics')).rejects.toThrow('data does not end with # EOF');
    await expect(scrape(['a 1', '# EOF', 'b 1'], 'openmetrics')).rejects.toThrow('unexpected data after # EOF');
  });
});

describe('metadata', () => {
  test('is what the target says last', async () => {
    const { scrape, series } = setUp();
    await scrape(['# HELP a One.', '# TYPE a counter', 'a 1', '# TYPE b gauge', 'b 1']);
    expect([...series.metadata]).toEqual([
      { metric: 'a', type: 'counter', help: 'One.', unit: '' },
      { metric: 'b', type: 'gauge', help: '', unit: '' },
    ]);
    await scrape(['# HELP a Other.', '# TYPE a counter', 'a 1', '# TYPE b gauge', 'b 1']);
    expect(series.metadata.get('a')?.help).toBe('Other.');
  });

  test('stays for ten scrapes after its metric', async () => {
    const { scrape, series } = setUp();
    await scrape(['# TYPE a counter', 'a 1', '# TYPE b gauge', 'b 1', '# TYPE c gauge', 'c 1']);
    for (let i = 0; i < 10; i++) await scrape(['# TYPE a counter', 'a 1', '# TYPE c gauge', 'c 1']);
    expect(Array.from(series.metadata, ({ metric }) => metric)).toEqual(['a', 'b', 'c']);
    await scrape(['# TYPE a counter', 'a 1', '# TYPE c gauge', 'c 1']);
    expect(Array.from(series.metadata, ({ metric }) => metric)).toEqual(['a', 'c']);
  });
});

describe('limits', () => {
  const limited = (limits: Partial<typeof NO_LIMITS>) => setUp({ limits: { ...NO_LIMITS, ...limits } });

  test('of samples: up to it is fine, above it all of them are counted', async () => {
    const scene = limited({ samples: 2 });
    await scene.scrape(['a 1', 'b 1']);
    await expect(scene.scrape(['a 1', 'b 1', 'c 1', 'd 1'])).rejects.toThrow(
      'sample_limit exceeded (samples: 4, limit: 2)',
    );
    expect(scene.counts).toMatchObject({ scraped: 4, kept: 4, added: 0 });
    expect(scene.storage.lookups).toBe(2);
    scene.storage.taken();
    expect(await scene.scrape(['a 1', 'b 1'])).toEqual(['a 1 @3000', 'b 1 @3000']);
  });

  test.each([
    [{ labels: 2 }, 'a{x="1",y="2"} 1', 'label_limit exceeded (metric: a, labels: 3, limit: 2)'],
    [
      { labelNameLength: 8 },
      'a{long_name="1"} 1',
      'label_name_length_limit exceeded (metric: a, label: long_name, length: 9, limit: 8)',
    ],
    [
      { labelValueLength: 4 },
      'a{x="12345"} 1',
      'label_value_length_limit exceeded (metric: a, label: x, value: "12345", length: 5, limit: 4)',
    ],
    [
      { labelValueLength: 4 },
      'a{x="äää"} 1',
      'label_value_length_limit exceeded (metric: a, label: x, value: "äää", length: 6, limit: 4)',
    ],
  ])('%j: %s', async (limits, line, message) => {
    await expect(limited(limits).scrape([line])).rejects.toThrow(message);
  });

  test('a million labels on one line are not even read', async () => {
    const labels = Array.from({ length: 1_000_000 }, (_, i) => `l${i}="1"`).join(',');
    await expect(setUp().scrape(['a 1', `b{${labels}} 1`])).rejects.toThrow(
      /^a line of \d+ bytes \(limit: 1048576\): b\{l0="1",/,
    );
  });

  test('ten thousand labels on one series are too many, whatever is configured', async () => {
    const labels = Array.from({ length: 10_000 }, (_, i) => `l${i}="1"`).join(',');
    await expect(setUp().scrape([`a{${labels}} 1`])).rejects.toThrow(/^a series of \d+ bytes \(limit: 65536\): a\{l0=/);
  });
});
