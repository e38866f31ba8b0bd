interface HttpErrorKind {
  readonly status: number;
  readonly meaning: string;
  /** Answered as a line of text under `/api/v1` as well, as in Prometheus. */
  readonly isPlain?: boolean;
}

/**
 * Every error that is answered, by its code: that is `errorType` under `/api/v1`. The first are Prometheus' own, with its
 * status; `docs/http-api.md` has the same table.
 */
export const httpErrors = {
  bad_data: { status: 400, meaning: 'a parameter, a query or a body is not what it should be' },
  execution: { status: 422, meaning: 'the query is right, but the data do not allow it, or it is too large' },
  canceled: { status: 499, meaning: 'the client has gone before there was an answer' },
  timeout: { status: 503, meaning: 'the query took longer than it may' },
  not_found: { status: 404, meaning: 'there is nothing at this path', isPlain: true },
  internal: { status: 500, meaning: 'something failed here: the storage, for instance; the log says more' },
  unavailable: { status: 500, meaning: 'this part of the API is switched off' },
  not_ready: { status: 503, meaning: 'it is starting or stopping', isPlain: true },
  unauthorized: {
    status: 401,
    meaning: 'a name and a password are asked for, or those given are wrong',
    isPlain: true,
  },
  forbidden: { status: 403, meaning: 'this user may not do this, or a page of another site asks for it' },
  method_not_allowed: { status: 405, meaning: 'the path is there, but not for this method', isPlain: true },
  too_large: { status: 413, meaning: 'the body is longer than is read' },
  too_many_requests: { status: 429, meaning: 'more requests than the web configuration file allows', isPlain: true },
  too_many_logins: { status: 429, meaning: 'too many failed logins; `Retry-After` says when to try again' },
} as const satisfies Record<string, HttpErrorKind>;

export type HttpErrorCode = keyof typeof httpErrors;

export interface HttpErrorOptions extends ErrorOptions {
  /** Headers that belong to this answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal or failure that a client is told of: the message is for it, and has no secrets. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: HttpErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: HttpErrorCode, message: string, { headers = {}, ...options }: HttpErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.headers = headers;
  }

  get status(): number {
    return httpErrors[this.code].status;
  }

  get isPlain(): boolean {
    const kind: HttpErrorKind = httpErrors[this.code];
    return kind.isPlain === true;
  }
}

export function badData(message: string, cause?: unknown): HttpError {
  return new HttpError('bad_data', message, { cause });
}

/** `invalid parameter "step": …` */
export function invalidParameter(name: string, reason: string, cause?: unknown): HttpError {
  return badData(`invalid parameter "${name}": ${reason}`, cause);
}
