import type { SeriesSamples, Value, VectorValue } from '@hearth/promql';
import { type JsonPart, shortPart } from './json-part.ts';
import type { JsonWriter } from './json-writer.ts';
import { PointTexts } from './point-texts.ts';
import { writeLabels } from './write-labels.ts';
import { MAX_NUMBER_BYTES, writeJsonFloat, writeTimestamp } from './write-number.ts';
import { writePoints } from './write-points.ts';

/** `[1435781451.781,` */
const MAX_TIMESTAMP_BYTES = 32;

/** What a query results in, as Prometheus prints it under `result`. */
export function resultPart(value: Value): JsonPart {
  switch (value.kind) {
    case 'scalar':
      return shortPart((writer) => writePoint(writer, value.timestampMs, value.value));
    case 'string':
      return shortPart((writer) => {
        writer.ascii('[');
        writeTime(writer, value.timestampMs);
        writer.ascii(',');
        writer.value(value.value);
        writer.ascii(']');
      });
    case 'vector':
      return (writer) => writeVector(writer, value);
    case 'matrix':
      return (writer) => writeMatrix(writer, value.series);
  }
}

function* writeVector(writer: JsonWriter, { samples, timestampMs }: VectorValue): Iterable<void> {
  writer.ascii('[');
  for (const [i, { labels, value }] of samples.entries()) {
    writer.ascii(i > 0 ? ',{"metric":' : '{"metric":');
    writeLabels(writer, labels);
    writer.ascii(',"value":');
    writePoint(writer, timestampMs, value);
    writer.ascii('}');
    if (writer.isFull) yield;
  }
  writer.ascii(']');
}

function* writeMatrix(writer: JsonWriter, series: readonly SeriesSamples[]): Iterable<void> {
  const texts = new PointTexts();
  writer.ascii('[');
  for (const [i, each] of series.entries()) {
    writer.ascii(i > 0 ? ',{"metric":' : '{"metric":');
    writeLabels(writer, each.labels);
    writer.ascii(',"values":[');
    yield* writePoints(writer, each, texts);
    writer.ascii(']}');
    if (writer.isFull) yield;
  }
  writer.ascii(']');
}

function writePoint(writer: JsonWriter, timestampMs: number, value: number): void {
  writer.ascii('[');
  writeTime(writer, timestampMs);
  writer.ascii(',');
  writeFloat(writer, value);
  writer.ascii(']');
}

export function writeTime(writer: JsonWriter, timestampMs: number): void {
  writer.reserve(MAX_TIMESTAMP_BYTES);
  writer.wroteTo(writeTimestamp(writer.bytes, writer.length, timestampMs));
}

/** A number in quotes, as the API has the values of samples. */
export function writeFloat(writer: JsonWriter, value: number): void {
  writer.ascii('"');
  writer.reserve(MAX_NUMBER_BYTES);
  writer.wroteTo(writeJsonFloat(writer.bytes, writer.length, value));
  writer.ascii('"');
}
