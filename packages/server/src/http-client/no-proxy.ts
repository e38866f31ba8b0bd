import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * What is reached without a proxy, as Go reads `no_proxy`: `*`, addresses, networks, and domains, which include what is
 * below them unless they start with a dot, then only that. Each with a port if only that one is meant.
 */
export function isWithoutProxy(noProxy: string, url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || isLoopback(host)) return true;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const network = /^([^/]+)\/(\d+)$/.exec(entry);
  if (network !== null) return isInNetwork(network[1], Number(network[2]), host);
  const { name, port: wantedPort } = splitPort(entry);
  if (wantedPort !== undefined && wantedPort !== port) return false;
  if (isIP(name) !== 0) return name === host;
  const domain = name.replace(/^\*?\./, '');
  return host.endsWith(`.${domain}`) || (domain === name && host === domain);
}

function splitPort(entry: string): { readonly name: string; readonly port?: string } {
  if (isIP(entry) !== 0) return { name: entry };
  const match = /^\[?([^\]]*?)\]?:(\d+)$/.exec(entry);
  return match === null ? { name: entry.replace(/^\[|\]$/g, '') } : { name: match[1], port: match[2] };
}

function isInNetwork(address: string, prefix: number, host: string): boolean {
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || prefix > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(address, prefix, type);
  return list.check(host, type);
}

function isLoopback(host: string): boolean {
  return isInNetwork('127.0.0.0', 8, host) || (isIPv6(host) && isInNetwork('::1', 128, host));
}
