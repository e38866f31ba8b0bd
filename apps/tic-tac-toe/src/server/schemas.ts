import { BOARD_PATTERN } from '../game/board.ts';
import { OPPONENTS } from '../game/messages.ts';

const FIELDS = {
  board: {
    schema: { type: 'string', pattern: BOARD_PATTERN },
    rule: 'must be a string of nine characters, row by row: X, O, or "." for an empty square',
  },
  player: { schema: { enum: ['X', 'O'] }, rule: 'must be "X" or "O"' },
  cell: {
    schema: { type: 'integer', minimum: 0, maximum: 8 },
    rule: 'must be a whole number from 0 (top left) to 8 (bottom right), row by row',
  },
  opponent: { schema: { enum: OPPONENTS }, rule: 'must be "computer" or "person"' },
  beginner: { schema: { enum: OPPONENTS }, rule: 'must be "computer" or "person"' },
} as const;

type Field = keyof typeof FIELDS;

export const moveRequestSchema = objectOf('board', 'player', 'cell', 'opponent');
export const gameRequestSchema = objectOf('beginner');

/** What a field must be, to follow its name in a sentence; `undefined` for a field no request has. */
export function ruleOf(field: string): string | undefined {
  return Object.hasOwn(FIELDS, field) ? FIELDS[field as Field].rule : undefined;
}

function objectOf(...fields: readonly Field[]): object {
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field, FIELDS[field].schema])),
    required: fields,
    additionalProperties: false,
  };
}
