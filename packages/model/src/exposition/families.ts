import { type Labels, METRIC_NAME } from '../labels/labels.ts';
import { SymbolTable } from '../labels/symbol-table.ts';
import { type ExpositionFormat, formatFromContentType } from './content-type.ts';
import { createExpositionParser } from './create-parser.ts';
import type { Exemplar, ExpositionParser, MetricType } from './parser.ts';

export interface ExposedSample {
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs: number | undefined;
  readonly exemplar: Exemplar | undefined;
}

export interface MetricFamily {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
  readonly samples: readonly ExposedSample[];
}

export interface Exposition {
  readonly format: ExpositionFormat;
  /** In the order in which the input first mentions them. */
  readonly families: readonly MetricFamily[];
  readonly warnings: readonly string[];
}

/** What the sample names of a family end with besides the family's own name. */
const SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [],
  histogram: ['_bucket', '_count', '_sum', '_created'],
  gaugehistogram: ['_bucket', '_gcount', '_gsum'],
  summary: ['_count', '_sum', '_created'],
  info: ['_info'],
  stateset: [],
  unknown: [],
};

/**
 * Reads a whole exposition into families: for checks, tests and pages. A scrape uses `createExpositionParser`.
 * Throws an ExpositionError, or a ContentTypeError where the format cannot be told.
 */
export function parseExposition(input: Uint8Array, contentType: string, fallback?: ExpositionFormat): Exposition {
  const { format, warning } = formatFromContentType(contentType, fallback);
  const families = new FamilyCollector();
  const parser = createExpositionParser(input, format);
  const symbols = new SymbolTable();
  for (let entry = parser.next(); entry !== 'eof'; entry = parser.next()) {
    if (entry === 'help') families.describe(parser.familyName()).help = parser.help();
    else if (entry === 'type') families.describe(parser.familyName()).type = parser.metricType;
    else if (entry === 'unit') families.describe(parser.familyName()).unit = parser.unit();
    else if (entry === 'series') families.addSample(readSample(parser, symbols));
  }
  return { format, families: families.all(), warnings: warning === undefined ? [] : [warning] };
}

function readSample(parser: ExpositionParser, symbols: SymbolTable): ExposedSample {
  const { value, timestampMs } = parser;
  return { labels: parser.labels(symbols), value, timestampMs, exemplar: parser.exemplar() };
}

interface CollectedFamily {
  readonly name: string;
  type: MetricType;
  help: string;
  unit: string;
  readonly samples: ExposedSample[];
}

class FamilyCollector {
  private readonly byName = new Map<string, CollectedFamily>();

  describe(name: string): CollectedFamily {
    let family = this.byName.get(name);
    if (!family) {
      family = { name, type: 'unknown', help: '', unit: '', samples: [] };
      this.byName.set(name, family);
    }
    return family;
  }

  /** A sample without a family that was announced gets one of its own name. */
  addSample(sample: ExposedSample): void {
    const name = sample.labels.get(METRIC_NAME);
    (this.byName.get(name) ?? this.familyBySuffix(name) ?? this.describe(name)).samples.push(sample);
  }

  all(): readonly MetricFamily[] {
    return [...this.byName.values()];
  }

  private familyBySuffix(name: string): CollectedFamily | undefined {
    const suffixAt = name.lastIndexOf('_');
    if (suffixAt <= 0) return undefined;
    const family = this.byName.get(name.slice(0, suffixAt));
    return family && SUFFIXES[family.type].includes(name.slice(suffixAt)) ? family : undefined;
  }
}
