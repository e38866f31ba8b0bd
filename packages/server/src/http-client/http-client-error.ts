/** What can go wrong between a request and its answer. */
export const httpClientErrorCodes = {
  aborted: 'the caller gave up: too much time has passed, or the answer is not wanted any more',
  bad_url: 'the URL is not one of http or https',
  unreadable_secret: 'a file with a secret, a certificate or a key cannot be read, or is too large',
  bad_tls_settings: 'certificates, keys or versions do not make a TLS connection',
  bad_header: 'a header has a value that HTTP cannot carry',
  cannot_connect: 'there is no connection to the other side, or to the proxy',
  tls_failed: 'the other side was reached, but its certificate or its TLS are not accepted',
  connection_lost: 'the connection ended before the answer did',
  bad_response: 'what came back is not HTTP',
  bad_encoding: 'the body is compressed in a way that is not supported, or not what it says',
  body_too_large: 'the body is larger than the caller takes',
  bad_redirect: 'a redirect leads nowhere, or to what is not HTTP',
  too_many_redirects: 'one redirect led to the next, too many times',
} as const;

export type HttpClientErrorCode = keyof typeof httpClientErrorCodes;

/** A request that came to no answer. The message is for people and carries no secret. */
export class HttpClientError extends Error {
  override readonly name = 'HttpClientError';
  readonly code: HttpClientErrorCode;
  /** Whether not a byte of an answer had come back. */
  readonly beforeAnswer: boolean;

  constructor(
    code: HttpClientErrorCode,
    message: string,
    options?: ErrorOptions & { readonly beforeAnswer?: boolean },
  ) {
    super(message, options);
    this.code = code;
    this.beforeAnswer = options?.beforeAnswer ?? false;
  }
}

/** What the operating system's names mean to somebody who reads them on a page. */
const CONNECT_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'the name does not exist',
  EAI_AGAIN: 'the name cannot be looked up at the moment',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'no connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  ENOENT: 'there is no such socket',
  EACCES: 'permission denied',
};

const LOST = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);

/** How far a request had come. */
export interface Progress {
  /** It had been given to a connection. */
  readonly isSent: boolean;
  readonly isAnswered: boolean;
}

/** A failure of the transport in our words. */
export function describeFailure(error: unknown, { isSent, isAnswered }: Progress): HttpClientError {
  if (error instanceof HttpClientError) return error;
  const failure = rootOf(error);
  const { code = '' } = failure as NodeJS.ErrnoException;
  const options = { cause: error, beforeAnswer: !isAnswered };
  if (code.startsWith('HPE_') || failure.name === 'HTTPParserError') {
    return new HttpClientError('bad_response', `what came back is not HTTP: ${failure.message}`, options);
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new HttpClientError('bad_response', 'the headers of the answer are too large', options);
  }
  if (isTls(failure, code)) return new HttpClientError('tls_failed', `TLS failed: ${failure.message}`, options);
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    return new HttpClientError('connection_lost', 'the body is shorter or longer than its Content-Length', options);
  }
  if (isSent && (LOST.has(code) || failure.message === 'terminated')) {
    return new HttpClientError('connection_lost', `the connection was lost: ${lossOf(code, failure)}`, options);
  }
  const reason = CONNECT_REASONS[code] ?? failure.message;
  return new HttpClientError(isSent ? 'connection_lost' : 'cannot_connect', `${reason}${placeOf(failure)}`, options);
}

/** A host with several addresses fails with one error for each: the first stands for all. */
function rootOf(error: unknown): Error {
  const failure = error instanceof Error ? error : new Error(String(error));
  return failure instanceof AggregateError && failure.errors[0] instanceof Error ? failure.errors[0] : failure;
}

function isTls(failure: Error, code: string): boolean {
  return (
    /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|UNABLE_TO_|SELF_SIGNED|HOSTNAME_MISMATCH)/.test(code) ||
    /\b(SSL routines|certificate)\b/.test(failure.message) ||
    failure.message.includes('before secure TLS connection was established')
  );
}

function lossOf(code: string, failure: Error): string {
  return code === 'ECONNRESET' ? 'reset by the other side' : failure.message;
}

function placeOf(failure: Error): string {
  const { address, port, hostname } = failure as { address?: string; port?: number; hostname?: string };
  if (address !== undefined) return ` (${address}${port === undefined ? '' : `:${port}`})`;
  return hostname === undefined ? '' : ` (${hostname})`;
}
