import type { JsonWriter } from './json-writer.ts';

/**
 * A piece of an answer. It writes, and yields where the writer is full, so that the bytes can be sent and others can have
 * the event loop; between two yields it works for a few milliseconds at most.
 */
export type JsonPart = (writer: JsonWriter) => Iterable<void>;

/** Items that differ in size: one after the other, with a yield wherever the writer is full. */
export function listPart<T>(items: readonly T[], write: (writer: JsonWriter, item: T) => void): JsonPart {
  return function* writeList(writer) {
    writer.ascii('[');
    for (const [i, item] of items.entries()) {
      if (i > 0) writer.ascii(',');
      write(writer, item);
      if (writer.isFull) yield;
    }
    writer.ascii(']');
  };
}

/** An object whose members are parts, in this order. `undefined` ones are left out. */
export function objectPart(members: Readonly<Record<string, JsonPart | undefined>>): JsonPart {
  return function* writeObject(writer) {
    let separator = '{';
    for (const [name, part] of Object.entries(members)) {
      if (part === undefined) continue;
      writer.ascii(separator);
      writer.value(name);
      writer.ascii(':');
      yield* part(writer);
      separator = ',';
    }
    writer.ascii(separator === '{' ? '{}' : '}');
  };
}

/** What is written at one go, because it is short. */
export function shortPart(write: (writer: JsonWriter) => void): JsonPart {
  return (writer) => {
    write(writer);
    return [];
  };
}

/** A short value that `JSON.stringify` takes. */
export function valuePart(value: unknown): JsonPart {
  return shortPart((writer) => writer.value(value));
}
