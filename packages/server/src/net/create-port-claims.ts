import { isPortTaken, MAX_PORT, noFreePort, PORTS_TO_TRY } from './listen.ts';
import type { PortClaims } from './port-claims.ts';

export interface PortClaimsOptions {
  readonly host: string;
  /** Ports that are given only to who wants exactly them. */
  readonly reserved: readonly number[];
}

export function createPortClaims({ host, reserved }: PortClaimsOptions): PortClaims {
  /** Ports that no later claim may have: given away, or found taken. */
  const settled = new Set<number>();
  return {
    async claim(wanted) {
      const last = Math.min(wanted + PORTS_TO_TRY - 1, MAX_PORT);
      for (let port = wanted; port <= last; port++) {
        if (settled.has(port) || (port !== wanted && reserved.includes(port))) continue;
        settled.add(port);
        if (!(await isPortTaken({ host, port }))) return port;
      }
      throw noFreePort(wanted, last);
    },
  };
}
