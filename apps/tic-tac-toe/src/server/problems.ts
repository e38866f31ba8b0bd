import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { RuleCode } from '../game/errors.ts';

/** Every refusal this application can answer with. Clients may rely on the codes; the sentences may change. */
export const PROBLEM_STATUS = {
  bad_request: 400,
  malformed_json: 400,
  invalid_request: 400,
  malformed_board: 400,
  unknown_cell: 400,
  not_found: 404,
  method_not_allowed: 405,
  impossible_board: 409,
  game_over: 409,
  not_your_turn: 409,
  cell_taken: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  too_many_requests: 429,
  internal_error: 500,
} as const satisfies Record<RuleCode, number> & Record<string, number>;

export type ProblemCode = keyof typeof PROBLEM_STATUS;

/** A refusal on its way to the client, as RFC 9457 problem details. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly field: string | undefined;

  /** `field` is the member of the request body that was wrong, when it was one. */
  constructor(code: ProblemCode, detail: string, options: ErrorOptions & { readonly field?: string } = {}) {
    super(detail, options);
    this.code = code;
    this.field = options.field;
  }

  get statusCode(): number {
    return PROBLEM_STATUS[this.code];
  }
}

/**
 * The type is `about:blank`: the status says what kind of problem it is, `code` says which one. The body goes out as bytes
 * because Fastify adds a charset to text, a parameter that this media type does not have.
 */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const body = {
    type: 'about:blank',
    title: STATUS_CODES[problem.statusCode],
    status: problem.statusCode,
    detail: problem.message,
    code: problem.code,
    ...(problem.field === undefined ? {} : { field: problem.field }),
  };
  return reply
    .code(problem.statusCode)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(Buffer.from(JSON.stringify(body)));
}
