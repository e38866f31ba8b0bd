import type { PromqlErrorCode } from '@hearth/promql';
import { PromqlError } from '@hearth/promql';
import { HttpError, type HttpErrorCode, invalidParameter } from './http-errors.ts';

const CODES: Readonly<Record<PromqlErrorCode, HttpErrorCode>> = {
  parse: 'bad_data',
  not_supported: 'bad_data',
  bad_parameter: 'bad_data',
  execution: 'execution',
  too_many_samples: 'execution',
  too_much_memory: 'execution',
  too_many_steps: 'execution',
  result_too_large: 'execution',
  too_many_queries: 'timeout',
  timeout: 'timeout',
  canceled: 'canceled',
  storage: 'internal',
};

/** How a query's failure is answered. What is none is thrown as it is. */
export function httpErrorOfQuery(error: unknown): HttpError {
  if (!(error instanceof PromqlError)) throw error;
  const code = CODES[error.code];
  if (code === 'bad_data') return invalidParameter('query', error.message, error);
  return new HttpError(code, error.message, { cause: error });
}
