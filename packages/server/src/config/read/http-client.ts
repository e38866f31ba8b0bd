import { Secret } from '../secret.ts';
import type { Authorization, BasicAuth, HttpClientConfig, ProxyConfig } from '../types.ts';
import {
  NOT_SUPPORTED_IN_AUTHORIZATION,
  NOT_SUPPORTED_IN_BASIC_AUTH,
  NOT_SUPPORTED_IN_HTTP_CLIENTS,
  NOT_SUPPORTED_VALUES,
} from '../unsupported.ts';
import { type Fields, readFields } from '../yaml/fields.ts';
import type { Place } from '../yaml/place.ts';
import { readBoolean, readText, readUrl } from '../yaml/scalars.ts';
import { readHttpHeaders } from './http-headers.ts';
import { NO_TLS, readSecretSource, readTextSource, readTls } from './tls.ts';

const NO_SECRET = new Secret('');

/** The fields of an HTTP client, which stand among those of the section that uses it. */
export function readHttpClient(fields: Fields, { http2 = true } = {}): HttpClientConfig {
  fields.refuse(NOT_SUPPORTED_IN_HTTP_CLIENTS);
  const basicAuth = fields.read('basic_auth', readBasicAuth);
  const authorization = fields.read('authorization', readAuthorization);
  const bearer = readSecretSource(fields, 'bearer_token', 'bearer_token_file');
  reportSecondAuthorization(fields, [
    ...(basicAuth ? ['basic_auth'] : []),
    ...(authorization ? ['authorization'] : []),
    ...(bearer ? [fields.has('bearer_token') ? 'bearer_token' : 'bearer_token_file'] : []),
  ]);
  const sent = authorization ?? (bearer && { type: 'Bearer', credentials: bearer });
  return {
    ...(basicAuth && { basicAuth }),
    ...(sent && { authorization: sent }),
    tls: fields.read('tls_config', readTls) ?? NO_TLS,
    proxy: readProxy(fields),
    followRedirects: fields.read('follow_redirects', readBoolean) ?? true,
    enableHttp2: fields.read('enable_http2', readBoolean) ?? http2,
    httpHeaders: fields.read('http_headers', readHttpHeaders) ?? {},
  };
}

function reportSecondAuthorization(fields: Fields, [first, second]: readonly string[]): void {
  if (second === undefined) return;
  const reason = `at most one of basic_auth, authorization and bearer_token can be set, and there is ${first} too`;
  fields.placeOf(second).report(reason, { code: 'conflict' });
}

function readBasicAuth(place: Place): BasicAuth | undefined {
  return readFields(place, (fields) => {
    fields.refuse(NOT_SUPPORTED_IN_BASIC_AUTH);
    return {
      username: readTextSource(fields, 'username', 'username_file') ?? { text: '' },
      password: readSecretSource(fields, 'password', 'password_file') ?? { secret: NO_SECRET },
    };
  });
}

function readAuthorization(place: Place): Authorization | undefined {
  return readFields(place, (fields) => {
    fields.refuse(NOT_SUPPORTED_IN_AUTHORIZATION);
    const type = fields.read('type', readText)?.trim() || 'Bearer';
    if (type.toLowerCase() === 'basic') {
      const suggestion = 'use basic_auth with username and password';
      fields.placeOf('type').report('the type cannot be "basic"', { suggestion });
    }
    const credentials = readSecretSource(fields, 'credentials', 'credentials_file') ?? { secret: NO_SECRET };
    return { type, credentials };
  });
}

function readProxy(fields: Fields): ProxyConfig {
  const url = fields.read('proxy_url', readUrl);
  const noProxy = fields.read('no_proxy', readText);
  const fromEnvironment = fields.read('proxy_from_environment', readBoolean) ?? false;
  if (url && !/^https?:/i.test(url.reveal())) fields.reportRefusal('proxy_url', NOT_SUPPORTED_VALUES.proxy_url);
  const conflict = (name: string, reason: string) => fields.placeOf(name).report(reason, { code: 'conflict' });
  if (fromEnvironment && url) conflict('proxy_url', 'proxy_url cannot be set together with proxy_from_environment');
  if (fromEnvironment && noProxy) conflict('no_proxy', 'no_proxy cannot be set together with proxy_from_environment');
  if (!fromEnvironment && noProxy && !fields.has('proxy_url')) conflict('no_proxy', 'no_proxy needs a proxy_url');
  return { ...(url && { url }), ...(noProxy && { noProxy }), fromEnvironment };
}
