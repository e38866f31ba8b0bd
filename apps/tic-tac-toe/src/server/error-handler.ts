import type { FastifyError, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify';
import { Problem, type ProblemCode, sendProblem } from './problems.ts';
import { ruleOf } from './schemas.ts';

/** A request body is a few dozen bytes; nothing longer is worth reading. */
export const BODY_LIMIT_BYTES = 1024;

type AnyError = Error & Partial<Pick<FastifyError, 'code' | 'statusCode' | 'validation'>>;

const FRAMEWORK_PROBLEMS: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  FST_ERR_BAD_URL: ['bad_request', 'The path of the URL is not validly encoded.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad_request', 'The body is not as long as Content-Length says.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed_json', 'The body is empty; a JSON object was expected.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_json', 'The body is not valid JSON.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['body_too_large', `The body is longer than ${BODY_LIMIT_BYTES} bytes.`],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'The body must be sent as application/json.'],
};

/** Answers whatever went wrong as problem details. Only errors that nobody foresaw go to `report`. */
export function createErrorHandler(report: (error: Error) => void) {
  return function answerError(error: AnyError, _request: FastifyRequest, reply: FastifyReply): void {
    const problem = problemOf(error);
    if (problem.code === 'internal_error') report(error);
    void sendProblem(reply, problem);
  };
}

export function problemOf(error: AnyError): Problem {
  if (error instanceof Problem) return error;
  const options = { cause: error };
  if (error.validation !== undefined) return invalidRequest(error.validation[0]);
  const known = Object.hasOwn(FRAMEWORK_PROBLEMS, error.code ?? '') ? FRAMEWORK_PROBLEMS[error.code!] : undefined;
  if (known !== undefined) return new Problem(...known, options);
  if (isClientError(error.statusCode)) return new Problem('bad_request', error.message, options);
  return new Problem('internal_error', 'Something went wrong on the server.', options);
}

function isClientError(statusCode: number | undefined): boolean {
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500;
}

function invalidRequest({ instancePath, keyword, params }: FastifySchemaValidationError): Problem {
  if (keyword === 'additionalProperties') {
    const field = String(params.additionalProperty);
    return new Problem('invalid_request', `"${field}" is not a field of this request.`, { field });
  }
  if (keyword === 'required') {
    const field = String(params.missingProperty);
    return new Problem('invalid_request', `"${field}" is missing; it ${ruleOf(field)}.`, { field });
  }
  if (instancePath === '') return new Problem('invalid_request', 'The body must be a JSON object.');
  const field = instancePath.slice(1);
  return new Problem('invalid_request', `"${field}" ${ruleOf(field)}.`, { field });
}
