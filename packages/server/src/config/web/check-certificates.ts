import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Finding } from '../finding.ts';
import type { ConfigHost } from '../load-config.ts';
import type { SecretSource, TextSource, WebTlsConfig } from '../types.ts';

/** Whether the certificate, its key and the CA of clients can be read and go together. Nothing of a key is shown. */
export async function checkCertificates(
  { cert, key, clientCa }: WebTlsConfig,
  file: string,
  host: Pick<ConfigHost, 'readFile'>,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const report = (code: Finding['code'], reason: string) => findings.push({ code, file, reason });
  const read = async (source: TextSource | SecretSource, field: string): Promise<string | undefined> => {
    if ('text' in source) return source.text;
    if ('secret' in source) return source.secret.reveal();
    try {
      return await host.readFile(source.file);
    } catch (error) {
      report('unreadable', `${field}: ${source.file}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };

  const certificate = tryParse(await read(cert, 'cert_file'), (text) => new X509Certificate(text));
  const privateKey = tryParse(await read(key, 'key_file'), (text) => createPrivateKey(text));
  if (certificate === 'bad') report('bad_value', 'the certificate is not one in PEM form');
  if (privateKey === 'bad') report('bad_value', 'the key is not a private key in PEM form');
  if (certificate instanceof X509Certificate && isKey(privateKey) && !certificate.checkPrivateKey(privateKey)) {
    report('conflict', 'the key is not that of the certificate');
  }
  if (clientCa) {
    const ca = tryParse(await read(clientCa, 'client_ca_file'), (text) => new X509Certificate(text));
    if (ca === 'bad') report('bad_value', 'the CA of clients is not a certificate in PEM form');
  }
  return findings;
}

function tryParse<T>(text: string | undefined, parse: (text: string) => T): T | 'bad' | undefined {
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch {
    return 'bad';
  }
}

function isKey(value: KeyObject | 'bad' | undefined): value is KeyObject {
  return value !== undefined && value !== 'bad';
}
