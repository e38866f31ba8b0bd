const UNITS: readonly string[] = ['B', 'K', 'M', 'G', 'T', 'P', 'E'];
const PART = /(\d+(?:\.\d*)?|\.\d+)([KMGTPE]?)(i?)B/y;

export class SizeError extends Error {
  override readonly name = 'SizeError';
}

/** Bytes of `512MB`, `1.5GiB` or `1MB512KB`: all units are powers of 1024. Throws a SizeError. */
export function parseSize(text: string): number {
  if (text === '0') return 0;
  const sign = text.startsWith('-') ? -1 : 1;
  let bytes = 0;
  PART.lastIndex = /^[-+]/.test(text) ? 1 : 0;
  if (PART.lastIndex === text.length) throw notASize(text);
  while (PART.lastIndex < text.length) {
    const match = PART.exec(text);
    if (!match || (match[2] === '' && match[3] !== '')) throw notASize(text);
    bytes += Number(match[1]) * 1024 ** UNITS.indexOf(match[2] || 'B');
    if (bytes >= 2 ** 63) throw new SizeError(`size out of range: "${text}"`);
  }
  return sign * Math.trunc(bytes);
}

function notASize(text: string): SizeError {
  return new SizeError(`not a size: "${text}"`);
}

/** `1MiB512KiB`, as Prometheus prints it. */
export function formatSize(bytes: number): string {
  let rest = Math.abs(bytes);
  if (rest === 0) return '0B';
  let printed = bytes < 0 ? '-' : '';
  for (let exponent = UNITS.length - 1; exponent >= 0; exponent--) {
    const unit = 1024 ** exponent;
    const count = Math.floor(rest / unit);
    if (count > 0) printed += exponent === 0 ? `${count}B` : `${count}${UNITS[exponent]}iB`;
    rest -= count * unit;
  }
  return printed;
}
