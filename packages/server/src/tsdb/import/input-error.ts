import { HearthError } from '../../errors.ts';

/** Where in the input something is wrong: counted from 1, columns in characters. */
export interface InputPlace {
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

export function inputError({ name, line, column }: InputPlace, reason: string, cause?: unknown): HearthError {
  const message = `${name}:${line}:${column}: ${reason}`;
  return new HearthError('HEARTH_BAD_INPUT', message, cause === undefined ? undefined : { cause });
}
