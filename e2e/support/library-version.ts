import { readFileSync } from 'node:fs';

const manifest = readFileSync(new URL('../../packages/instrument/package.json', import.meta.url), 'utf8');

/** Of `@hearth/instrument`, as its package says. */
export const LIBRARY_VERSION = (JSON.parse(manifest) as { readonly version: string }).version;
