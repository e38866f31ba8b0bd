import { resolve } from 'node:path';
import { DurationError, parseDuration } from '@hearth/model';
import { tryNearest } from '../nearest.ts';
import { CredentialUrl, Secret } from '../secret.ts';
import { parseSize, SizeError } from '../size.ts';
import type { Place, Reader } from './place.ts';

const TRUE_WORDS: ReadonlySet<string> = new Set(wordForms('true', 'yes', 'on', 'y'));
const FALSE_WORDS: ReadonlySet<string> = new Set(wordForms('false', 'no', 'off', 'n'));
const NUMBER =
  /^[-+]?(?:\d[\d_]*(?:\.[\d_]*)?(?:e[-+]?\d+)?|\.\d[\d_]*(?:e[-+]?\d+)?|0x[0-9a-f_]+|0o?[0-7_]+|0b[01_]+)$/i;

function wordForms(...words: readonly string[]): string[] {
  return words.flatMap((word) => [word, word.toUpperCase(), word[0].toUpperCase() + word.slice(1)]);
}

/** Any scalar is a text as it stands there. Null is empty. */
export function readText(place: Place): string | undefined {
  const { text } = place;
  if (text === undefined) place.report(`expected a text, found ${place.kind}`);
  return text;
}

/** Null is false. */
export function readBoolean(place: Place): boolean | undefined {
  const { plainText } = place;
  if (place.isNull || (plainText !== undefined && FALSE_WORDS.has(plainText))) return false;
  if (plainText !== undefined && TRUE_WORDS.has(plainText)) return true;
  place.report(`expected true or false, found ${describe(place)}`);
  return undefined;
}

/** A whole number. Null is 0. */
export function readInteger(place: Place): number | undefined {
  const number = tryNumber(place);
  if (number !== undefined && Number.isSafeInteger(number)) return number;
  place.report(`expected a whole number, found ${describe(place)}`);
  return undefined;
}

/** A whole number that is not negative. Null is 0. */
export function readCount(place: Place): number | undefined {
  const number = tryNumber(place);
  if (number !== undefined && Number.isSafeInteger(number) && number >= 0) return number;
  place.report(`expected a whole number from 0 on, found ${describe(place)}`);
  return undefined;
}

/** Null is 0. */
export function readNumber(place: Place): number | undefined {
  const number = tryNumber(place);
  if (number === undefined) place.report(`expected a number, found ${describe(place)}`);
  return number;
}

function tryNumber(place: Place): number | undefined {
  if (place.isNull) return 0;
  const text = place.plainText?.replaceAll('_', '');
  if (text === undefined || !NUMBER.test(text)) return undefined;
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  const isOldOctal = /^0[0-7]+$/.test(digits);
  return sign * Number(isOldOctal ? `0o${digits}` : digits);
}

/** Milliseconds. Null is no duration. */
export function readDuration(place: Place): number | undefined {
  if (place.isNull) return undefined;
  const text = readText(place);
  if (text === undefined) return undefined;
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    const isBareNumber = /^\d+$/.test(text);
    place.report(error.reason, {
      suggestion: isBareNumber ? `did you mean "${text}s"?` : 'write it like 30s, 5m or 1h30m',
    });
    return undefined;
  }
}

/** Bytes, from `512MB` or the like. */
export function readSize(place: Place): number | undefined {
  const text = readText(place);
  if (text === undefined || place.isNull) return undefined;
  try {
    return parseSize(text);
  } catch (error) {
    if (!(error instanceof SizeError)) throw error;
    const isBareNumber = /^\d+$/.test(text);
    place.report(error.message, {
      suggestion: isBareNumber ? `did you mean "${text}B"?` : 'write it like 512KB, 10MB or 1GB',
    });
    return undefined;
  }
}

/** One of these words, or the empty text, which is `undefined`. */
export function readChoice<T extends string>(choices: readonly T[]): Reader<T> {
  return (place) => {
    const text = readText(place);
    if (text === undefined || text === '') return undefined;
    const found = choices.find((choice) => choice === text);
    if (found === undefined) {
      const nearest = tryNearest(text, choices);
      const suggestion = nearest === undefined ? `it is one of ${choices.join(', ')}` : `did you mean "${nearest}"?`;
      place.report(`"${text}" is not one of its values`, { suggestion });
    }
    return found;
  };
}

/** An empty secret is none. */
export function readSecret(place: Place): Secret | undefined {
  const { text } = place;
  if (text === undefined) place.report(`expected a text, found ${place.kind}`);
  return text === undefined || text === '' ? undefined : new Secret(text);
}

/** A path, resolved against the directory of its file. An empty one is none. */
export function readPath(place: Place): string | undefined {
  const text = readText(place);
  return text === undefined || text === '' ? undefined : resolve(place.directory, text);
}

/** An empty one is none. The password in it is never shown, not even if it cannot be read. */
export function readUrl(place: Place): CredentialUrl | undefined {
  const text = readText(place);
  if (text === undefined || text === '') return undefined;
  try {
    return new CredentialUrl(text);
  } catch {
    place.report('not a URL', { suggestion: 'write it like http://host:9090/path' });
    return undefined;
  }
}

function describe(place: Place): string {
  const { text } = place;
  if (text === undefined || place.isNull) return place.kind;
  return place.plainText === undefined ? `the text "${text}"` : `"${text}"`;
}
