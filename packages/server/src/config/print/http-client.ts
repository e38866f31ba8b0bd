import type { HttpClientConfig, HttpHeader, SecretSource, TextSource, TlsConfig } from '../types.ts';
import { sorted, unlessZero } from './zero.ts';

const SHOWN_SECRET = '<secret>';

export function printedHttpClient(client: HttpClientConfig): object {
  const { basicAuth, authorization, tls, proxy, httpHeaders } = client;
  return {
    basic_auth: basicAuth && {
      ...printedText('username', basicAuth.username),
      ...printedSecret('password', basicAuth.password),
    },
    authorization: authorization && {
      type: authorization.type,
      ...printedSecret('credentials', authorization.credentials),
    },
    tls_config: printedTls(tls),
    follow_redirects: client.followRedirects,
    enable_http2: client.enableHttp2,
    proxy_url: proxy.url?.toString(),
    no_proxy: proxy.noProxy,
    proxy_from_environment: unlessZero(proxy.fromEnvironment),
    http_headers: unlessZero(
      sorted(Object.fromEntries(Object.entries(httpHeaders).map(([name, header]) => [name, printedHeader(header)]))),
    ),
  };
}

function printedTls(tls: TlsConfig): object | undefined {
  const { ca, cert, key, serverName, insecureSkipVerify, minVersion, maxVersion } = tls;
  if (!(ca || cert || key || serverName || insecureSkipVerify || minVersion || maxVersion)) return undefined;
  return {
    ...printedText('ca', ca),
    ...printedText('cert', cert),
    ...(key && printedSecret('key', key)),
    server_name: serverName,
    insecure_skip_verify: insecureSkipVerify,
    min_version: minVersion,
    max_version: maxVersion,
  };
}

function printedHeader({ values, secrets, files }: HttpHeader): object {
  return {
    values: unlessZero(values),
    secrets: unlessZero(secrets.map(() => SHOWN_SECRET)),
    files: unlessZero(files),
  };
}

function printedText(name: string, source: TextSource | undefined): object {
  if (!source) return {};
  return 'file' in source ? { [`${name}_file`]: source.file } : { [name]: unlessZero(source.text) };
}

function printedSecret(name: string, source: SecretSource): object {
  if ('file' in source) return { [`${name}_file`]: source.file };
  return source.secret.reveal() === '' ? {} : { [name]: SHOWN_SECRET };
}
