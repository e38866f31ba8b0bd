import type { SecretSource, TextSource, TlsConfig, TlsVersion } from '../types.ts';
import { NOT_SUPPORTED_IN_TLS } from '../unsupported.ts';
import { type Fields, readFields } from '../yaml/fields.ts';
import type { Place } from '../yaml/place.ts';
import { readBoolean, readChoice, readPath, readSecret, readText } from '../yaml/scalars.ts';

export const NO_TLS: TlsConfig = { insecureSkipVerify: false };

export const readTlsVersion = readChoice<TlsVersion>(['TLS13', 'TLS12', 'TLS11', 'TLS10']);

export function readTls(place: Place): TlsConfig | undefined {
  return readFields(place, (fields) => {
    fields.refuse(NOT_SUPPORTED_IN_TLS);
    const ca = readTextSource(fields, 'ca', 'ca_file');
    const cert = readTextSource(fields, 'cert', 'cert_file');
    const key = readSecretSource(fields, 'key', 'key_file');
    if (cert && !key) place.report('a client certificate needs its key or key_file', { code: 'missing' });
    if (key && !cert) place.report('a client key needs its cert or cert_file', { code: 'missing' });
    const serverName = fields.read('server_name', readText);
    const minVersion = fields.read('min_version', readTlsVersion);
    const maxVersion = fields.read('max_version', readTlsVersion);
    return {
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(serverName && { serverName }),
      insecureSkipVerify: fields.read('insecure_skip_verify', readBoolean) ?? false,
      ...(minVersion && { minVersion }),
      ...(maxVersion && { maxVersion }),
    };
  });
}

/** A text that stands in one field, or in the file that another names. Not both. */
export function readTextSource(fields: Fields, textField: string, fileField: string): TextSource | undefined {
  const text = fields.read(textField, readText);
  const file = fields.read(fileField, readPath);
  if (text && file !== undefined) reportBoth(fields, textField, fileField);
  if (file !== undefined) return { file };
  return text ? { text } : undefined;
}

export function readSecretSource(fields: Fields, secretField: string, fileField: string): SecretSource | undefined {
  const secret = fields.read(secretField, readSecret);
  const file = fields.read(fileField, readPath);
  if (secret && file !== undefined) reportBoth(fields, secretField, fileField);
  if (file !== undefined) return { file };
  return secret && { secret };
}

function reportBoth(fields: Fields, one: string, other: string): void {
  fields.placeOf(other).report(`at most one of ${one} and ${other} can be set`, { code: 'conflict' });
}
