import type { SecureContextOptions, TLSSocket } from 'node:tls';

/** How the server speaks TLS. */
export interface ServerTls {
  readonly context: SecureContextOptions;
  readonly asksForCertificate: boolean;
  readonly accepts: 'anybody' | 'any certificate' | 'valid or none' | 'valid';
  /** Names, addresses or URIs of which a client's certificate has to have one. Empty: any will do. */
  readonly allowedSans: readonly string[];
}

/** Whether a client may go on, by the certificate that it has shown. */
export function isAccepted(socket: TLSSocket, { accepts, allowedSans }: ServerTls): boolean {
  const certificate = socket.getPeerCertificate();
  const isGiven = certificate !== null && Object.keys(certificate).length > 0;
  if (accepts === 'any certificate' && !isGiven) return false;
  if (accepts === 'valid' && !(isGiven && socket.authorized)) return false;
  if (accepts === 'valid or none' && isGiven && !socket.authorized) return false;
  return allowedSans.length === 0 || (isGiven && hasAny(certificate.subjectaltname, allowedSans));
}

/** `DNS:a.example, IP Address:127.0.0.1, URI:…`; those with a comma in them come as JSON strings. */
const SAN = /(?:DNS|IP Address|URI|email):("(?:[^"\\]|\\.)*"|[^,]*)/g;

function hasAny(subjectAltName: string | undefined, allowed: readonly string[]): boolean {
  for (const [, name] of (subjectAltName ?? '').matchAll(SAN)) {
    if (allowed.includes(name.startsWith('"') ? (JSON.parse(name) as string) : name)) return true;
  }
  return false;
}
