import { readFileSync } from 'node:fs';

/** The version of this package; the same file whether this one runs from `src/server` or from `dist/server`. */
export const VERSION = readVersion(new URL('../../package.json', import.meta.url));

function readVersion(packageFile: URL): string {
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  return version;
}
