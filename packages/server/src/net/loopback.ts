import { BlockList, isIP, isIPv6 } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * The IP address that `text` names if it can be reached from this machine only, otherwise `undefined`.
 * `localhost` is 127.0.0.1, whatever a resolver would say.
 */
export function tryLoopbackAddress(text: string): string | undefined {
  if (text.toLowerCase() === 'localhost') return '127.0.0.1';
  if (isIP(text) === 0) return undefined;
  return LOOPBACK.check(text, isIPv6(text) ? 'ipv6' : 'ipv4') ? text : undefined;
}
