import type { ExpositionFormat } from './content-type.ts';
import { OpenMetricsParser } from './open-metrics-parser.ts';
import type { ExpositionParser } from './parser.ts';
import { PrometheusTextParser } from './prometheus-text-parser.ts';

/** A parser at the start of the input. The bytes are not copied. */
export function createExpositionParser(input: Uint8Array, format: ExpositionFormat): ExpositionParser {
  switch (format) {
    case 'prometheus-text':
      return new PrometheusTextParser(input);
    case 'openmetrics':
      return new OpenMetricsParser(input);
  }
}
