import { isIPv6 } from 'node:net';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** What stands for a client when its failures are counted: its address, or the network of 64 bits that is one client's. */
export function clientKeyOf(address: string): string {
  const mapped = MAPPED.exec(address);
  if (mapped !== null) return mapped[1];
  if (!isIPv6(address)) return address;
  return groupsOf(address).slice(0, 4).join(':');
}

function groupsOf(address: string): readonly string[] {
  const [head, tail] = address
    .split('%', 1)[0]
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':')));
  if (tail === undefined) return head.map(withoutZeros);
  const missing = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return [...head, ...missing, ...tail].map(withoutZeros);
}

function withoutZeros(group: string): string {
  return group.toLowerCase().replace(/^0+(?=.)/, '');
}
