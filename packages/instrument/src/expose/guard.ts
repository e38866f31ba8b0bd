import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** `true` lets the request in; `false` answers 403; a refusal says more. */
export type GuardVerdict = boolean | GuardRefusal;

export interface GuardRefusal {
  readonly status: 401 | 403;
  readonly message: string;
  /** Value of the `WWW-Authenticate` header, which a 401 needs. */
  readonly challenge?: string;
}

/**
 * Decides whether a request may read the metrics. May be asked for several requests at once. If it throws or rejects, the
 * request is refused with 403.
 */
export type Guard = (request: IncomingMessage) => GuardVerdict | Promise<GuardVerdict>;

/** Lets everybody in. */
export function everybody(): Guard {
  return () => true;
}

/** Lets in who sends `Authorization: Bearer <token>`. */
export function bearerToken(token: string): Guard {
  const isExpected = createSecretComparison(`Bearer ${token}`);
  const refusal: GuardRefusal = {
    status: 401,
    message: 'The metrics need a bearer token.',
    challenge: 'Bearer realm="metrics"',
  };
  return (request) => isExpected(request.headers.authorization ?? '') || refusal;
}

/** Lets in who sends these credentials by HTTP basic authentication. */
export function basicAuth(user: string, password: string): Guard {
  const isExpected = createSecretComparison(`Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`);
  const refusal: GuardRefusal = {
    status: 401,
    message: 'The metrics need a user and a password.',
    challenge: 'Basic realm="metrics", charset="UTF-8"',
  };
  return (request) => isExpected(request.headers.authorization ?? '') || refusal;
}

const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv6');
}

const FORWARDING_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

/**
 * Lets in clients that connect directly from loopback or a private network, as a scraper beside the application does, and
 * nobody who comes through a reverse proxy. It does not see through what hides a client's address without saying so:
 * Docker Swarm's ingress and other address translation make every client look private. There, use a token or a port.
 */
export function directPrivateClients(): Guard {
  const refusal: GuardRefusal = {
    status: 403,
    message:
      'The metrics are for direct clients on a private network. Give the endpoint a guard or a port of its own to change that.',
  };
  return (request) => {
    if (FORWARDING_HEADERS.some((header) => request.headers[header] !== undefined)) return refusal;
    return isPrivate(request.socket.remoteAddress) || refusal;
  };
}

function isPrivate(address: string | undefined): boolean {
  if (address === undefined) return false;
  // A dual-stack socket shows IPv4 clients as `::ffff:10.0.0.1`; a scope such as `%eth0` is no part of the address.
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  const version = isIP(plain);
  return version !== 0 && PRIVATE.check(plain, version === 4 ? 'ipv4' : 'ipv6');
}

/** Compares in a time that does not depend on where the two differ, nor on the length of the secret. */
function createSecretComparison(secret: string): (given: string) => boolean {
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();
  const expected = digest(secret);
  return (given) => timingSafeEqual(digest(given), expected);
}
