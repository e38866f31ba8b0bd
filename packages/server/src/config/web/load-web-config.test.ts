import { describe, expect, it, test } from 'vitest';
import { ConfigError } from '../config-error.ts';
import { renderFinding } from '../finding.ts';
import { createMemoryHost } from '../testing/memory-host.ts';
import { loadWebConfig, viewersAmong } from './load-web-config.ts';
import { CERTIFICATE, KEY, OTHER_KEY } from './testing/certificate.ts';

const PATH = '/etc/hearth/web.yml';
const HASH = '$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi';
const FILES = { '/etc/hearth/c.pem': CERTIFICATE, '/etc/hearth/k.pem': KEY, '/etc/hearth/other.pem': OTHER_KEY };
const TLS = 'cert_file: c.pem, key_file: k.pem';

const load = (text: string) => loadWebConfig(PATH, createMemoryHost({ ...FILES, [PATH]: text }));

async function findingsOf(text: string): Promise<readonly string[]> {
  try {
    await load(text);
    return [];
  } catch (error) {
    if (error instanceof ConfigError)
      return error.findings.map((each) => renderFinding(each).replace(`${PATH}:`, '').trim());
    throw error;
  }
}

describe('what is wrong is told with its place', () => {
  it.each<[string, ...string[]]>([
    ['basic_auth_user: {}', '1:1: unknown field "basic_auth_user"; did you mean "basic_auth_users"?'],
    ['basic_auth_users: {ana: rosebud}', '1:25: not a bcrypt hash of a password; htpasswd -nBC 10 "" makes one'],
    [
      'basic_auth_users: {ana: $2y$03$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi}',
      '1:25: not a bcrypt hash of a password; htpasswd -nBC 10 "" makes one',
    ],
    [
      'http_server_config: {headers: {X-Frame-Options: never, X-Other: a}}',
      '1:49: "never" is not a value of X-Frame-Options; it is deny or sameorigin',
      '1:56: the header "X-Other" cannot be set; these can be: Strict-Transport-Security, X-Content-Type-Options, X-Frame-Options, X-XSS-Protection, Content-Security-Policy',
    ],
    ['rate_limit: {interval: 1s}', '1:13: with a burst below 1 every request would be refused'],
    ['rate_limit: {interval: often, burst: 1}', '1:24: not a duration: "often"; write it like 100ms or 1s'],
    ['tls_server_config: {cert_file: c.pem}', '1:20: TLS needs a key or key_file'],
    [
      'tls_server_config: {client_auth_type: RequestClientCert}',
      '1:20: TLS needs a cert or cert_file',
      '1:20: TLS needs a key or key_file',
    ],
    [
      `tls_server_config: {${TLS}, client_ca_file: c.pem}`,
      '1:72: clients are not asked for the certificate that their CA is for; add client_auth_type: RequireAndVerifyClientCert',
    ],
    [
      `tls_server_config: {${TLS}, client_auth_type: Always}`,
      '1:74: unknown client_auth_type "Always"; these are known: NoClientCert, RequestClientCert, RequireAnyClientCert, RequireClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert',
    ],
    [
      `tls_server_config: {${TLS}, cipher_suites: [TLS_AES_128_GCM_SHA25]}`,
      '1:72: unknown cipher suite "TLS_AES_128_GCM_SHA25"; did you mean "TLS_AES_128_GCM_SHA256"?',
    ],
    [
      `tls_server_config: {${TLS}, min_version: TLS14}`,
      '1:69: "TLS14" is not one of its values; did you mean "TLS13"?',
    ],
    ['tls_server_config: {cert_file: c.pem, key_file: other.pem}', 'the key is not that of the certificate'],
    [
      'tls_server_config: {cert_file: k.pem, key_file: c.pem}',
      'the certificate is not one in PEM form',
      'the key is not a private key in PEM form',
    ],
    [
      'tls_server_config: {cert_file: none.pem, key_file: k.pem}',
      'cert_file: /etc/hearth/none.pem: there is no such file',
    ],
  ])('%s', async (text, ...expected) => {
    expect(await findingsOf(text)).toEqual(expected);
  });
});

test('an empty file asks for nothing', async () => {
  expect(await load('')).toEqual({ http2: true, headers: {}, users: new Map() });
  expect(await load('tls_server_config: {min_version: TLS13}')).toEqual({ http2: true, headers: {}, users: new Map() });
});

test('everything that Prometheus takes is read', async () => {
  const config = await load(`
tls_server_config:
  ${TLS.replace(', ', '\n  ')}
  client_auth_type: RequireClientCert
  client_ca_file: c.pem
  client_allowed_sans: [localhost]
  cipher_suites: [TLS_AES_128_GCM_SHA256]
  curve_preferences: [X25519]
http_server_config: {http2: false, headers: {X-Frame-Options: deny}}
basic_auth_users: {ana: ${HASH}}
rate_limit: {burst: 20, interval: 1.5s}
`);
  expect(config).toMatchObject({
    tls: {
      cert: { file: '/etc/hearth/c.pem' },
      key: { file: '/etc/hearth/k.pem' },
      clientAuthType: 'RequireAnyClientCert',
      clientCa: { file: '/etc/hearth/c.pem' },
      clientAllowedSans: ['localhost'],
      minVersion: 'TLS12',
      maxVersion: 'TLS13',
      cipherSuites: ['TLS_AES_128_GCM_SHA256'],
      curvePreferences: ['X25519'],
      preferServerCipherSuites: true,
    },
    http2: false,
    headers: { 'X-Frame-Options': 'deny' },
    rateLimit: { intervalMs: 1500, burst: 20 },
  });
  expect(config.users.get('ana')?.reveal()).toBe(HASH);
});

test('a number without a unit is nanoseconds', async () => {
  expect((await load('rate_limit: {burst: 1, interval: 1000000}')).rateLimit).toEqual({ intervalMs: 1, burst: 1 });
});

test('viewers are among the users', async () => {
  const config = await load(`basic_auth_users: {ana: ${HASH}, bo: ${HASH}}`);
  expect(viewersAmong(config, ['bo'], PATH)).toEqual(new Set(['bo']));
  expect(() => viewersAmong(config, ['bo', 'cy'], PATH)).toThrow(
    '/etc/hearth/web.yml: no user "cy" in basic_auth_users',
  );
});
