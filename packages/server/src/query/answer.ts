import { HearthError } from '../errors.ts';
import { isObject } from './api-data.ts';
import { printableLine } from './printable.ts';

/** The parameters that people know by what they typed. */
const OWN_PARAMETER = /^invalid parameter "(?:query|match\[\])": /;

const API_PATH = /\/api\/v1\/.*$/;

/** What a server sent back. */
export interface HttpAnswer {
  readonly url: URL;
  readonly status: number;
  readonly contentType: string;
  readonly location: string | undefined;
  readonly text: string;
  /** Whether a name and a password went with the question. */
  readonly hasLogin: boolean;
}

export interface ApiAnswer {
  /** Not checked yet. */
  readonly data: unknown;
  /** Printable, each on one line. */
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** A question that the server understood and does not answer, for a reason in its own words. */
export class RefusedQuestion extends HearthError {
  constructor(errorType: string, reason: string) {
    super('HEARTH_QUERY', errorType === 'bad_data' ? reason.replace(OWN_PARAMETER, '') : `${errorType}: ${reason}`);
  }
}

/** Throws a HearthError for every answer that has no data. */
export function parseAnswer(answer: HttpAnswer): ApiAnswer {
  const { url, status, location, text } = answer;
  const body = tryParseJson(text);
  if (isObject(body)) {
    if (body.status === 'success' && status === 200) {
      return { data: body.data, warnings: messagesOf(body.warnings), infos: messagesOf(body.infos) };
    }
    if (body.status === 'error' && typeof body.error === 'string') {
      const errorType = typeof body.errorType === 'string' ? printableLine(body.errorType) : 'error';
      throw new RefusedQuestion(errorType, printableLine(body.error));
    }
  }
  if (status === 401 || status === 403) throw loginFailure(answer);
  if (status >= 300 && status < 400 && location !== undefined) throw redirected(url, location);
  if (status >= 500)
    throw new HearthError('HEARTH_NO_ANSWER', `${url.href}: ${statusAndText(answer)}; try again later`);
  throw noApi(answer);
}

function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function messagesOf(messages: unknown): readonly string[] {
  if (!Array.isArray(messages)) return [];
  return messages.filter((message) => typeof message === 'string').map(printableLine);
}

function loginFailure({ url, status, hasLogin }: HttpAnswer): HearthError {
  const reason = !hasLogin
    ? 'it asks who comes; --user and --password-file tell it'
    : status === 401
      ? 'it does not accept this name and password'
      : 'this user may not ask that';
  return new HearthError('HEARTH_LOGIN', `${url.href}: ${reason}`);
}

function redirected(url: URL, location: string): HearthError {
  const to = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
  const advice = to === undefined ? '' : `; try --url ${to.origin}${to.pathname.replace(API_PATH, '/')}`;
  return new HearthError('HEARTH_NO_API', `${url.href}: it sends questions elsewhere${printableLine(advice)}`);
}

function noApi(answer: HttpAnswer): HearthError {
  const { url, text } = answer;
  const advice = /HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port/.test(text)
    ? 'try https://'
    : "--url takes a Prometheus server's address, with its prefix where it has one: http://host:9090/prometheus";
  return new HearthError(
    'HEARTH_NO_API',
    `${url.href}: what answers is not the API of Prometheus (${statusAndText(answer)}); ${advice}`,
  );
}

/** `HTTP 404: 404 page not found`, `HTTP 200, text/html`. */
function statusAndText({ status, contentType, text }: HttpAnswer): string {
  const type = contentType.split(';', 1)[0].trim();
  const line = type === 'text/plain' ? text.trim().split('\n', 1)[0].slice(0, 100) : '';
  return printableLine(`HTTP ${status}${line === '' ? (type === '' ? '' : `, ${type}`) : `: ${line}`}`);
}
