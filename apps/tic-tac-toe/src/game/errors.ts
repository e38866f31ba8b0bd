/** What the rules can object to. The codes are part of the API: they never change their meaning. */
export type RuleCode =
  | 'malformed_board'
  | 'impossible_board'
  | 'game_over'
  | 'not_your_turn'
  | 'unknown_cell'
  | 'cell_taken';

/** A board or a move that the rules refuse. `message` is a sentence for the player. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
  readonly code: RuleCode;

  constructor(code: RuleCode, message: string) {
    super(message);
    this.code = code;
  }
}
