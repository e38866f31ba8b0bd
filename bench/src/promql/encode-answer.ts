import type { Value } from '@hearth/promql';
import { JsonWriter, resultPart } from '@hearth/server';

const BEFORE: Buffer = Buffer.from('{"status":"success","data":{"resultType":"matrix","result":');
const AFTER = Buffer.from('}}');

/** What the API answers to a range query, in the pieces in which it is sent. */
export function encodeAnswer(value: Value): Buffer {
  const writer = new JsonWriter();
  const pieces: Buffer[] = [BEFORE];
  for (const _ of resultPart(value)(writer)) pieces.push(writer.take());
  pieces.push(writer.take(), AFTER);
  return Buffer.concat(pieces);
}
