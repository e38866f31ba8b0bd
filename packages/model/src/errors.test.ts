import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DurationError, ExpositionError, ModelError, modelErrorCodes } from './errors.ts';

describe('model errors', () => {
  it('put the place in front of the reason where there are lines', () => {
    const error = new ExpositionError('bad_value', 'no number', { line: 3, column: 7 });
    expect(error.message).toBe('line 3, column 7: no number');
    expect(error).toMatchObject({
      name: 'ExpositionError',
      code: 'bad_value',
      reason: 'no number',
      line: 3,
      column: 7,
    });
    expect(error).toBeInstanceOf(ModelError);
  });

  it('have no place in the message where there are no lines', () => {
    const error = new DurationError('bad_duration', 'empty duration string', { column: 1 });
    expect(error.message).toBe('empty duration string');
    expect(error).toMatchObject({ name: 'DurationError', line: undefined, column: 1 });
  });

  it('keep their cause', () => {
    const cause = new Error('deeper');
    expect(new DurationError('bad_duration', 'x', { cause }).cause).toBe(cause);
    expect('cause' in new DurationError('bad_duration', 'x')).toBe(false);
  });

  it('have the codes that the manual lists', () => {
    const manual = readFileSync(new URL('../../../docs/model.md', import.meta.url), 'utf8');
    const rows = Array.from(manual.matchAll(/^\| `([a-z0-9_]+)` \| (.+) \|$/gm), ([, code, meaning]) => [
      code,
      meaning,
    ]);
    expect(rows).toEqual(Object.entries(modelErrorCodes));
  });
});
