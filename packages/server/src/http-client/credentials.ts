import { validateHeaderValue } from 'node:http';
import type { HttpClientConfig } from '../config/types.ts';
import { HttpClientError } from './http-client-error.ts';
import { readSecretFile, readSource } from './read-source.ts';

export type HeaderValues = ReadonlyMap<string, readonly string[]>;

/** The headers that a configuration adds to each request: names in lower case. What is read from files is read now. */
export async function configuredHeaders(config: HttpClientConfig, url: URL): Promise<HeaderValues> {
  const headers = new Map<string, readonly string[]>();
  const authorization = await authorizationOf(config, url);
  if (authorization !== undefined) headers.set('authorization', [authorization]);
  for (const [name, { values, secrets, files }] of Object.entries(config.httpHeaders)) {
    const read = await Promise.all(files.map((file) => readSecretFile(file, `header ${name}`)));
    headers.set(name.toLowerCase(), [...values, ...secrets.map((secret) => secret.reveal()), ...read]);
  }
  for (const [name, values] of headers) for (const value of values) requireValue(name, value);
  return headers;
}

async function authorizationOf({ basicAuth, authorization }: HttpClientConfig, url: URL): Promise<string | undefined> {
  if (basicAuth !== undefined) {
    const username = await readSource(basicAuth.username, 'username_file');
    return basic(username, await readSource(basicAuth.password, 'password_file'));
  }
  if (authorization !== undefined) {
    return `${authorization.type} ${await readSource(authorization.credentials, 'credentials_file')}`;
  }
  if (url.username === '' && url.password === '') return undefined;
  return basic(decodeURIComponent(url.username), decodeURIComponent(url.password));
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Node's own message would show the value. */
function requireValue(name: string, value: string): void {
  try {
    validateHeaderValue(name, value);
  } catch {
    throw new HttpClientError('bad_header', `the value of the header ${name} has characters that HTTP cannot carry`);
  }
}
