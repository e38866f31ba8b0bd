import { type Agent, get } from 'node:http';
import { createExpositionParser, formatFromContentType, type Labels, LabelsBuilder } from '@hearth/model';
import type { Appender, AppendRefusal, Db } from '@hearth/tsdb';
import type { GrowingBuffer } from './growing-buffer.ts';
import { KnownSeries, type SeriesId } from './known-series.ts';

const TIMEOUT_MS = 5_000;

export interface TargetOptions {
  readonly db: Db;
  readonly agent: Agent;
  readonly url: string;
  /** Put on each series. */
  readonly labels: Readonly<Record<string, string>>;
  /** Where a response is gathered. Targets that are scraped in turn can share one. */
  readonly body: GrowingBuffer;
}

/** Scrapes one target: a request, a transaction. Calls may not overlap. */
export class TargetScrape {
  readonly #options: TargetOptions;
  readonly #known = new KnownSeries();
  /** Number of the scrape, from 1. */
  #scrape = 0;
  /** How many series the last scrape had. */
  #present = 0;

  constructor(options: TargetOptions) {
    this.#options = options;
  }

  async scrape(timestampMs: number): Promise<void> {
    const contentType = await this.#fetch();
    const appender = this.#options.db.appender();
    try {
      this.#append(appender, contentType, timestampMs);
    } catch (error) {
      await appender.rollback();
      throw error;
    }
    await appender.commit();
  }

  /** Fills the body; resolves with its Content-Type. */
  #fetch(): Promise<string> {
    const { agent, url, body } = this.#options;
    body.clear();
    return new Promise((resolve, reject) => {
      const request = get(url, { agent, timeout: TIMEOUT_MS }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`${url} answers ${response.statusCode}`));
        response.on('data', (chunk: Buffer) => body.append(chunk));
        response.on('end', () => resolve(response.headers['content-type'] ?? ''));
        response.on('error', reject);
      });
      request.on('timeout', () => request.destroy(new Error(`${url} does not answer`)));
      request.on('error', reject);
    });
  }

  #append(appender: Appender, contentType: string, timestampMs: number): void {
    const { view } = this.#options.body;
    const bytes = this.#options.body.bytes();
    const parser = createExpositionParser(bytes, formatFromContentType(contentType, 'prometheus-text').format);
    const known = this.#known;
    const scrape = ++this.#scrape;
    let present = 0;
    let vanished = this.#present;
    let previous: SeriesId = 0;
    for (let entry = parser.next(); entry !== 'eof'; entry = parser.next()) {
      if (entry !== 'series') continue;
      const { seriesStart, seriesEnd } = parser;
      let id = known.find(view, seriesStart, seriesEnd, previous);
      if (id === 0) {
        const ref = appender.seriesRef(this.#withOwnLabels(parser.labels()));
        id = known.add(view, seriesStart, seriesEnd, previous, ref);
      } else if (known.lastSeen(id) === scrape - 1) {
        vanished--;
      }
      previous = id;
      present++;
      known.see(id, scrape);
      expectTaken(appender.append(known.ref(id), parser.timestampMs ?? timestampMs, parser.value));
    }
    this.#present = present;
    if (vanished > 0) this.#markVanished(appender, timestampMs);
  }

  #withOwnLabels(exposed: Labels): Labels {
    const builder = new LabelsBuilder(exposed);
    for (const [name, value] of Object.entries(this.#options.labels)) builder.set(name, value);
    return builder.build();
  }

  #markVanished(appender: Appender, timestampMs: number): void {
    for (let id = 1; id <= this.#known.size; id++) {
      if (this.#known.lastSeen(id) !== this.#scrape - 1) continue;
      expectTaken(appender.appendStale(this.#known.ref(id), timestampMs));
    }
  }
}

function expectTaken(refusal: AppendRefusal | undefined): void {
  if (refusal !== undefined) throw new Error(`a sample was refused: ${refusal}`);
}
