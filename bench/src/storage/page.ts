import { createRandom } from '../support/random.ts';

export const PAGES = 10;

export const SERIES_PER_PAGE = 10_000;

/** Upper bounds of the histograms' buckets, in seconds. */
const BOUNDS = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '10'];
/** The buckets, the one up to `+Inf`, sum and count. */
const HISTOGRAM_LINES = BOUNDS.length + 3;

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const STATUSES = ['200', '201', '204', '301', '400', '401', '404', '409', '429', '500', '503'];

const FAMILIES = { counters: 12, byteGauges: 4, secondGauges: 4, histograms: 3 };
const SERIES = { counters: 4_100, byteGauges: 1_000, secondGauges: 1_000, histograms: 300 };

/** What a family's series do from one scrape to the next. */
type Walk = (values: Float64Array, at: number) => void;

interface Line {
  /** Name and labels as an exposition has them; empty for TYPE lines. */
  readonly series: string;
  readonly comment?: string;
}

/**
 * A page of 10,000 series as a busy service has them: request counters (some of which stand still between two scrapes), gauges
 * of bytes and of seconds, and histograms. The same seed makes the same values.
 */
export class Page {
  /** Name and labels of each series, in the order of the page. */
  readonly series: string[] = [];
  readonly values: Float64Array;
  /** What stands before the value of each series: comments and the series itself. */
  readonly #heads: string[] = [];
  readonly #walks: { readonly at: number; readonly step: Walk }[] = [];
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = createRandom(seed);
    this.#addCounters();
    this.#addGauges('byteGauges', 'buffer_bytes', () => this.#bytesWalk());
    this.#addGauges('secondGauges', 'lag_seconds', () => this.#secondsWalk());
    this.#addHistograms();
    if (this.series.length !== SERIES_PER_PAGE) throw new Error(`BUG: a page of ${this.series.length} series`);
    this.values = new Float64Array(SERIES_PER_PAGE);
    for (let i = 0; i < 3; i++) this.advance();
  }

  /** On to the values of the next scrape. */
  advance(): void {
    for (const { at, step } of this.#walks) step(this.values, at);
  }

  /** In the text format 0.0.4. */
  render(): Buffer {
    const parts: string[] = [];
    for (let i = 0; i < this.values.length; i++) parts.push(this.#heads[i], String(this.values[i]), '\n');
    return Buffer.from(parts.join(''));
  }

  #addCounters(): void {
    spread(SERIES.counters, FAMILIES.counters, (family, i) => {
      const name = `service_operations_${family}_requests_total`;
      const labels = `method="${METHODS[i % 4]}",route="/api/v1/shops/:shop/section-${i >> 4}",status="${STATUSES[i % 11]}"`;
      this.#walks.push({ at: this.series.length, step: this.#counterWalk() });
      this.#add({ series: `${name}{${labels}}`, ...(i === 0 && { comment: describe(name, 'counter') }) });
    });
  }

  #addGauges(kind: 'byteGauges' | 'secondGauges', suffix: string, createWalk: () => Walk): void {
    spread(SERIES[kind], FAMILIES[kind], (family, i) => {
      const name = `service_queue_${family}_${suffix}`;
      this.#walks.push({ at: this.series.length, step: createWalk() });
      const series = `${name}{queue="orders-${i}",partition="${i % 16}"}`;
      this.#add({ series, ...(i === 0 && { comment: describe(name, 'gauge') }) });
    });
  }

  #addHistograms(): void {
    spread(SERIES.histograms, FAMILIES.histograms, (family, i) => {
      const name = `service_stage_${family}_duration_seconds`;
      const labels = `method="${METHODS[i % 4]}",route="/api/v1/orders/:order/step-${i}"`;
      this.#walks.push({ at: this.series.length, step: this.#histogramWalk() });
      const comment = i === 0 ? describe(name, 'histogram') : '';
      for (const le of [...BOUNDS, '+Inf']) {
        const isFirst = le === BOUNDS[0] && comment !== '';
        this.#add({ series: `${name}_bucket{${labels},le="${le}"}`, ...(isFirst && { comment }) });
      }
      this.#add({ series: `${name}_sum{${labels}}` });
      this.#add({ series: `${name}_count{${labels}}` });
    });
  }

  #add({ series, comment = '' }: Line): void {
    this.series.push(series);
    this.#heads.push(`${comment}${series} `);
  }

  /** Rates from one in ten scrapes to a thousand a scrape. */
  #counterWalk(): Walk {
    const random = this.#random;
    const perScrape = 10 ** (random() * 4 - 1);
    return (values, at) => {
      values[at] += Math.floor(2 * perScrape * random() + random());
    };
  }

  #bytesWalk(): Walk {
    const random = this.#random;
    return (values, at) => {
      values[at] = Math.max(0, values[at] + 4096 * (Math.floor(random() * 64) - 28));
    };
  }

  #secondsWalk(): Walk {
    const random = this.#random;
    return (values, at) => {
      values[at] = Math.abs(values[at] + random() - 0.45);
    };
  }

  #histogramWalk(): Walk {
    const random = this.#random;
    const most = 10 * random();
    const sum = BOUNDS.length + 1;
    return (values, at) => {
      for (let n = Math.floor(random() * most); n > 0; n--) {
        const seconds = 0.003 * 10 ** (random() * 3);
        for (let i = 0; i < BOUNDS.length; i++) if (seconds <= Number(BOUNDS[i])) values[at + i]++;
        values[at + BOUNDS.length]++;
        values[at + sum] += seconds;
        values[at + HISTOGRAM_LINES - 1]++;
      }
    };
  }
}

/** Calls `add` for `count` series in all, in families of like size, each with the number of the series in its family. */
function spread(count: number, families: number, add: (family: number, index: number) => void): void {
  for (let family = 0; family < families; family++) {
    const size = Math.floor((count * (family + 1)) / families) - Math.floor((count * family) / families);
    for (let i = 0; i < size; i++) add(family, i);
  }
}

function describe(name: string, type: string): string {
  return `# HELP ${name} A family of the benchmark.\n# TYPE ${name} ${type}\n`;
}
