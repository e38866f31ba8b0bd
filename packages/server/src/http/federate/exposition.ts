import { formatFloat, isValidLabelName, isValidMetricName, type Labels, METRIC_NAME } from '@hearth/model';
import type { JsonPart } from '../json/json-part.ts';
import type { NewestSample } from './newest-samples.ts';

/** How names outside the legacy characters are written: in quotes, or with `_` for what the old format does not have. */
export type NameEscaping = 'allow-utf-8' | 'underscores';

/** What a client asks for in `Accept`. */
export function escapingFor(accept: string | undefined): NameEscaping {
  return /;\s*escaping\s*=\s*allow-utf-8\b/i.test(accept ?? '') ? 'allow-utf-8' : 'underscores';
}

export function contentTypeOf(escaping: NameEscaping): string {
  const version = escaping === 'allow-utf-8' ? '1.0.0' : '0.0.4';
  return `text/plain; version=${version}; charset=utf-8; escaping=${escaping}`;
}

export interface ExpositionOptions {
  /** Given to each series that has no label of their name. */
  readonly externalLabels: Labels;
  readonly escaping: NameEscaping;
}

/**
 * Samples in the text format, each with its time, sorted by name. An `instance` that a series does not have is written as
 * empty, so that the server that scrapes this does not put its own there.
 */
export function expositionPart(samples: readonly NewestSample[], options: ExpositionOptions): JsonPart {
  return function* writeExposition(writer) {
    let family: string | undefined;
    for (const { name, labels, timestampMs, value } of samples) {
      if (name !== family) writer.raw(`# TYPE ${printName(name, options.escaping)} untyped\n`);
      family = name;
      writer.raw(`${printSeries(name, labels, options)} ${formatFloat(value)} ${timestampMs}\n`);
      if (writer.isFull) yield;
    }
  };
}

function printSeries(name: string, labels: Labels, { externalLabels, escaping }: ExpositionOptions): string {
  const pairs: string[] = [];
  for (const label of labels) if (label.name !== METRIC_NAME) pairs.push(printPair(label.name, label.value, escaping));
  for (const [labelName, value] of externalPairs(externalLabels)) {
    if (!labels.has(labelName)) pairs.push(printPair(labelName, value, escaping));
  }
  if (escaping === 'underscores' || isValidMetricName(name, 'legacy')) {
    return `${printName(name, escaping)}{${pairs.join(',')}}`;
  }
  return `{${[quote(name), ...pairs].join(',')}}`;
}

function externalPairs(labels: Labels): (readonly [string, string])[] {
  const pairs = Array.from(labels, ({ name, value }) => [name, value] as const);
  if (!labels.has('instance')) pairs.push(['instance', '']);
  return pairs.sort(([a], [b]) => (a < b ? -1 : 1));
}

function printPair(name: string, value: string, escaping: NameEscaping): string {
  const isPlain = escaping === 'underscores' || isValidLabelName(name, 'legacy');
  return `${isPlain ? underscored(name, /[^a-zA-Z0-9_]/gu) : quote(name)}=${quote(value)}`;
}

function printName(name: string, escaping: NameEscaping): string {
  if (escaping === 'underscores') return underscored(name, /[^a-zA-Z0-9_:]/gu);
  return isValidMetricName(name, 'legacy') ? name : quote(name);
}

function underscored(name: string, others: RegExp): string {
  const plain = name.replaceAll(others, '_');
  return /^\d/.test(plain) ? `_${plain.slice(1)}` : plain;
}

/** The format escapes these three and nothing else. */
function quote(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`;
}
