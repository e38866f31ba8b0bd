import { readFileSync } from 'node:fs';

/** The version of this package. Its manifest is two folders up from here, before and after building. */
export function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new Error('BUG: package.json has no version');
}
