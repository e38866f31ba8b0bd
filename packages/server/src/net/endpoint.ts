import { isIPv6 } from 'node:net';

export interface Endpoint {
  /** An IP address. */
  readonly host: string;
  readonly port: number;
}

export function formatEndpoint({ host, port }: Endpoint): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

export function formatUrl(endpoint: Endpoint, path = ''): string {
  return `http://${formatEndpoint(endpoint)}${path}`;
}
