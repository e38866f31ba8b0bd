import { tryNearest } from '../nearest.ts';
import { readSecretSource, readTextSource, readTlsVersion } from '../read/tls.ts';
import type { ClientAuthType, WebTlsConfig } from '../types.ts';
import { readList, readTexts } from '../yaml/collections.ts';
import { type Fields, readFields } from '../yaml/fields.ts';
import type { Place, Reader } from '../yaml/place.ts';
import { readBoolean, readText } from '../yaml/scalars.ts';

const CIPHER_SUITES: readonly string[] = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
];

const CURVES: readonly string[] = ['CurveP256', 'CurveP384', 'CurveP521', 'X25519'];

const CLIENT_AUTH_TYPES: Readonly<Record<string, ClientAuthType>> = {
  NoClientCert: 'NoClientCert',
  RequestClientCert: 'RequestClientCert',
  RequireAnyClientCert: 'RequireAnyClientCert',
  RequireClientCert: 'RequireAnyClientCert',
  VerifyClientCertIfGiven: 'VerifyClientCertIfGiven',
  RequireAndVerifyClientCert: 'RequireAndVerifyClientCert',
};

const SWITCHES_ON = ['cert', 'cert_file', 'key', 'key_file', 'client_ca', 'client_ca_file', 'client_auth_type'];

/** TLS is on as soon as a certificate, a key or something about clients is named. */
export function readWebTls(place: Place): WebTlsConfig | undefined {
  return readFields(place, (fields) => {
    const isOn = SWITCHES_ON.some((name) => (fields.find(name)?.text ?? '') !== '');
    const cert = readTextSource(fields, 'cert', 'cert_file');
    const key = readSecretSource(fields, 'key', 'key_file');
    const clientCa = readTextSource(fields, 'client_ca', 'client_ca_file');
    const clientAuthType = readClientAuthType(fields);
    const rest = {
      clientAuthType,
      ...(clientCa && { clientCa }),
      clientAllowedSans: fields.read('client_allowed_sans', readTexts) ?? [],
      minVersion: fields.read('min_version', readTlsVersion) ?? 'TLS12',
      maxVersion: fields.read('max_version', readTlsVersion) ?? 'TLS13',
      cipherSuites: fields.read('cipher_suites', readList(readOneOf('cipher suite', CIPHER_SUITES))) ?? [],
      curvePreferences: fields.read('curve_preferences', readList(readOneOf('curve', CURVES))) ?? [],
      preferServerCipherSuites: fields.read('prefer_server_cipher_suites', readBoolean) ?? true,
    };
    if (!isOn) return undefined;
    if (!cert) place.report('TLS needs a cert or cert_file', { code: 'missing' });
    if (!key) place.report('TLS needs a key or key_file', { code: 'missing' });
    if (clientCa && clientAuthType === 'NoClientCert') {
      const suggestion = 'add client_auth_type: RequireAndVerifyClientCert';
      fields.placeOf('client_ca_file').report('clients are not asked for the certificate that their CA is for', {
        code: 'conflict',
        suggestion,
      });
    }
    return cert && key && { cert, key, ...rest };
  });
}

function readClientAuthType(fields: Fields): ClientAuthType {
  const text = fields.read('client_auth_type', readText) ?? '';
  if (text === '') return 'NoClientCert';
  if (Object.hasOwn(CLIENT_AUTH_TYPES, text)) return CLIENT_AUTH_TYPES[text];
  reportUnknown(fields.placeOf('client_auth_type'), 'client_auth_type', Object.keys(CLIENT_AUTH_TYPES));
  return 'NoClientCert';
}

function readOneOf(kind: string, names: readonly string[]): Reader<string> {
  return (place) => {
    const text = readText(place);
    if (text !== undefined && !names.includes(text)) reportUnknown(place, kind, names);
    return text;
  };
}

function reportUnknown(place: Place, kind: string, names: readonly string[]): void {
  const nearest = tryNearest(place.text ?? '', names);
  const suggestion = nearest === undefined ? `these are known: ${names.join(', ')}` : `did you mean "${nearest}"?`;
  place.report(`unknown ${kind} "${place.text}"`, { suggestion });
}
