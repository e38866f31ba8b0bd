import { createExpositionParser } from '@hearth/model';
import type { Appender, AppendRefusal, SeriesRef } from '@hearth/tsdb';
import type { BodyCounts } from '../series/body-reader.ts';
import type { Body, SeriesRules } from '../series/scraped-series.ts';

/** What `ScrapedSeries` does, without remembering anything about lines: each body is parsed and looked up anew. */
export class NaiveSeries {
  readonly #rules: SeriesRules;
  /** Series texts of the last body that was taken. */
  #known = new Set<string>();
  /** What goes on. */
  #present = new Set<SeriesRef>();

  constructor(rules: SeriesRules) {
    this.#rules = rules;
  }

  append(appender: Appender, { bytes, format, timestampMs, maxTimestampMs }: Body, counts: BodyCounts): void {
    if (bytes.length === 0) {
      this.appendEnd(appender, timestampMs);
      return;
    }
    const parser = createExpositionParser(bytes, format);
    const texts = new Set<string>();
    const tracked = new Set<SeriesRef>();
    for (let entry = parser.next(); entry !== 'eof'; entry = parser.next()) {
      if (entry !== 'series') continue;
      counts.scraped++;
      const text = Buffer.from(parser.seriesBytes()).toString('latin1');
      const isRepeated = texts.has(text);
      texts.add(text);
      const labels = this.#rules.seriesLabels(parser.labels());
      if (labels === undefined) continue;
      counts.kept++;
      if (!this.#known.has(text) && !isRepeated) counts.added++;
      const ownMs = this.#rules.honorTimestamps ? parser.timestampMs : undefined;
      const ref = appender.seriesRef(labels);
      const isDuplicate = isRepeated && ownMs === undefined;
      if (!isDuplicate && (ownMs === undefined || this.#rules.trackTimestampsStaleness)) tracked.add(ref);
      if (isDuplicate) counts.duplicates++;
      else if ((ownMs ?? timestampMs) > maxTimestampMs) counts.outOfBounds++;
      else count(counts, appender.append(ref, ownMs ?? timestampMs, parser.value));
    }
    for (const ref of this.#present) if (!tracked.has(ref)) appender.appendStale(ref, timestampMs);
    this.#known = texts;
    this.#present = tracked;
  }

  appendEnd(appender: Appender, timestampMs: number): void {
    for (const ref of this.#present) appender.appendStale(ref, timestampMs);
    this.#present = new Set();
  }
}

function count(counts: BodyCounts, refusal: AppendRefusal | undefined): void {
  if (refusal === 'out_of_order') counts.outOfOrder++;
  else if (refusal === 'duplicate_timestamp') counts.duplicates++;
}
