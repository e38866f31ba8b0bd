import { readFile } from 'node:fs/promises';
import type { SecureVersion } from 'node:tls';
import type { ClientAuthType, TextSource, TlsVersion, WebTlsConfig } from '../../config/types.ts';
import type { ServerTls } from './server-tls.ts';
import { opensslNameOf } from './tls-names.ts';

const VERSIONS: Readonly<Record<TlsVersion, SecureVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

const CURVES: Readonly<Record<string, string>> = {
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
  X25519: 'X25519',
};

/** What asks clients for a certificate, and what is done about it. */
const CLIENT_AUTH: Readonly<Record<ClientAuthType, Pick<ServerTls, 'asksForCertificate' | 'accepts'>>> = {
  NoClientCert: { asksForCertificate: false, accepts: 'anybody' },
  RequestClientCert: { asksForCertificate: true, accepts: 'anybody' },
  RequireAnyClientCert: { asksForCertificate: true, accepts: 'any certificate' },
  VerifyClientCertIfGiven: { asksForCertificate: true, accepts: 'valid or none' },
  RequireAndVerifyClientCert: { asksForCertificate: true, accepts: 'valid' },
};

/** Reads certificates and keys of the web configuration file. Rejects with what the file system or OpenSSL says. */
export async function readServerTls(config: WebTlsConfig): Promise<ServerTls> {
  const { cert, key, clientCa, cipherSuites, curvePreferences } = config;
  const curves = curvePreferences.map((name) => CURVES[name] ?? name);
  return {
    ...CLIENT_AUTH[config.clientAuthType],
    allowedSans: config.clientAllowedSans,
    context: {
      cert: await read(cert),
      key: 'secret' in key ? key.secret.reveal() : await readFile(key.file, 'utf8'),
      ...(clientCa !== undefined && { ca: await read(clientCa) }),
      minVersion: VERSIONS[config.minVersion],
      maxVersion: VERSIONS[config.maxVersion],
      ...(cipherSuites.length > 0 && { ciphers: cipherSuites.map(opensslNameOf).join(':') }),
      ...(curves.length > 0 && { ecdhCurve: curves.join(':') }),
      honorCipherOrder: config.preferServerCipherSuites,
    },
  };
}

async function read(source: TextSource): Promise<string> {
  return 'text' in source ? source.text : readFile(source.file, 'utf8');
}
