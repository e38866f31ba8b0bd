import { formatDuration } from '@hearth/model';
import { errors } from 'undici';
import { HearthError } from '../errors.ts';

const CHECK_URL = '--url says where the server is';
const NO_TLS = 'it does not speak TLS; try http://';
const ENDED = 'the connection ended before there was an answer; is it https://, or another port?';
const UNKNOWN_AUTHORITY =
  'its certificate is not signed by an authority that is known here; NODE_EXTRA_CA_CERTS=ca.pem makes one known';

/** What the codes of the operating system, of TLS and of the HTTP client come to, and what to try. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: `nothing listens there; is the server running? ${CHECK_URL}`,
  ENOTFOUND: `there is no host of that name; ${CHECK_URL}`,
  EAI_AGAIN: `the name of the host cannot be looked up now; ${CHECK_URL}`,
  EHOSTUNREACH: `there is no way to that host from here; ${CHECK_URL}`,
  ENETUNREACH: `there is no way to that host from here; ${CHECK_URL}`,
  ETIMEDOUT: `the host does not answer; ${CHECK_URL}`,
  UND_ERR_CONNECT_TIMEOUT: `the host does not answer; ${CHECK_URL}`,
  ECONNRESET: ENDED,
  EPIPE: ENDED,
  UND_ERR_SOCKET: ENDED,
  EPROTO: NO_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; --url has to have that name',
};

export interface ConnectionAttempt {
  readonly url: URL;
  readonly timeoutMs: number;
  readonly isLate: boolean;
}

/** Why a request failed, in one sentence that names the URL and what to try. */
export function failureOfConnection(error: unknown, { url, timeoutMs, isLate }: ConnectionAttempt): HearthError {
  const failed = (reason: string) => new HearthError('HEARTH_NO_ANSWER', `${url.href}: ${reason}`, { cause: error });
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (isLate || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return failed(`no answer within ${formatDuration(timeoutMs)}; --timeout gives it longer`);
  }
  if (cause instanceof errors.HTTPParserError) return failed(`what listens there does not speak HTTP; ${CHECK_URL}`);
  if (Object.hasOwn(REASONS, code)) return failed(REASONS[code]);
  return failed(`it cannot be asked: ${cause instanceof Error ? cause.message : String(cause)}`);
}
